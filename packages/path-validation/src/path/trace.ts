import type { Certificate } from '../certificate/certificate.js'
import type { Objection } from './objection.js'
import type { TraceStep } from './verdict.js'

/** Collects the steps of a search. */
export class Trace {
  readonly steps: TraceStep[] = []

  add(
    step: TraceStep['step'],
    path: readonly Certificate[],
    outcome: Objection | { readonly detail: string },
  ): void {
    const reason = 'reason' in outcome ? outcome.reason : null
    const shown = path.map(({ thumbprint, subject }) => ({ thumbprint, subject: subject.text }))
    this.steps.push({ step, path: shown, reason, detail: outcome.detail })
  }
}
