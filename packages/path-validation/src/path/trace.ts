import type { Certificate } from '../certificate/certificate.js'
import type { RevocationEvidence } from '../revocation/evidence.js'
import type { Objection } from './objection.js'
import type { PathReason } from './reason.js'
import type { TraceStep } from './verdict.js'

interface Taken {
  readonly step: TraceStep['step']
  readonly path: readonly Certificate[]
  readonly reason: PathReason | null
  readonly detail: string | (() => string)
  readonly evidence: readonly RevocationEvidence[]
}

const NONE: readonly RevocationEvidence[] = []

/** Collects the steps of a search. They are put into words when somebody asks: most verdicts are never explained. */
export class Trace {
  readonly #taken: Taken[] = []
  #told: readonly TraceStep[] | null = null

  /** Adds a step that failed. */
  fail(step: TraceStep['step'], path: readonly Certificate[], objection: Objection): void {
    this.#taken.push({ step, path, ...objection, evidence: NONE })
  }

  /** Adds a step that went well. */
  pass(step: TraceStep['step'], path: readonly Certificate[], detail: () => string): void {
    this.#taken.push({ step, path, reason: null, detail, evidence: NONE })
  }

  /** Adds what was found out about the revocation of one certificate; `reason`: why that is a refusal. */
  ask(
    certificate: Certificate,
    reason: PathReason | null,
    detail: () => string,
    evidence: readonly RevocationEvidence[],
  ): void {
    this.#taken.push({ step: 'revocation', path: [certificate], reason, detail, evidence })
  }

  get steps(): readonly TraceStep[] {
    // A search is over when its verdict is read.
    this.#told ??= this.#taken.map(({ step, path, reason, detail, evidence }) => ({
      step,
      path: path.map(({ thumbprint, subject }) => ({ thumbprint, subject: subject.text })),
      reason,
      detail: typeof detail === 'string' ? detail : detail(),
      evidence,
    }))
    return this.#told
  }
}
