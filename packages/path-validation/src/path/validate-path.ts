import type { Certificate } from '../certificate/certificate.js'
import type { RevocationNotes } from '../rules/revocation.js'
import { Budget, BudgetExceeded } from './budget.js'
import type { PathInput, RevocationInput } from './input.js'
import { checkLeaf } from './leaf.js'
import { describe, type Objection } from './objection.js'
import { findPath, type Search } from './search.js'
import { Trace } from './trace.js'
import type { PathVerdict, Refusal } from './verdict.js'
import { checkWholePath } from './whole-path.js'

/**
 * Decides whether a leaf has a valid path to a trust anchor: builds paths, with backtracking and within a budget, and
 * applies every rule of RFC 5280 section 6.1 to them, section 6.3 with the CRLs that are given, and RFC 6960 with the OCSP answers. What is wrong with the
 * certificates is a refusal, never an exception.
 *
 * Names of servers are not compared, nothing is fetched, and the clock is not read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6
 * @see https://www.rfc-editor.org/rfc/rfc9618 (policies)
 */
export function validatePath(input: PathInput): PathVerdict {
  const trace = new Trace()
  try {
    return decide(input, trace)
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error
    return refuse(input, trace, { reason: 'budget_exceeded', detail: error.message })
  }
}

function decide(input: PathInput, trace: Trace): PathVerdict {
  const objection = checkLeaf(input)
  if (objection !== null) return refuse(input, trace, objection)
  const budget = new Budget(input.limits)
  const { notes, ends, unknown } = takeNotes(trace, input.revocation?.mode ?? 'off')
  const judgement = { input, budget, notes, pending: [] }
  const checkPath = (path: readonly Certificate[]) => checkWholePath(path, judgement)
  const search: Search = { input, budget, trace, checkPath, failure: null }
  const path = findPath(search, [input.leaf])
  if (path !== null) {
    const isOff = (input.revocation?.mode ?? 'off') === 'off'
    const unknownStatus = path.filter((certificate) => unknown.has(certificate))
    const revocation = isOff ? 'off' : unknownStatus.length > 0 ? 'unknown' : 'good'
    const notAfter = Math.min(...ends, ...path.map((one) => one.notAfter.getTime()))
    return {
      valid: true,
      path,
      notAfter: new Date(notAfter),
      revocation,
      unknownStatus,
      get trace() {
        return trace.steps
      },
    }
  }
  const detail = `${describe(input.leaf)}: nothing leads to a trust anchor`
  const { reason, detail: found } = search.failure ?? { reason: 'untrusted_issuer', detail }
  return refusal({ reason, detail: found }, trace)
}

function refuse({ leaf }: PathInput, trace: Trace, objection: Objection): PathVerdict {
  trace.fail('rule', [leaf], objection)
  return refusal(objection, trace)
}

function refusal({ reason, detail }: Objection, trace: Trace): Refusal {
  return {
    valid: false,
    reason,
    detail,
    get trace() {
      return trace.steps
    },
  }
}

interface Notebook {
  readonly notes: RevocationNotes
  /** When what the verdict rests on ends, in milliseconds. */
  readonly ends: readonly number[]
  readonly unknown: ReadonlySet<Certificate>
}

function takeNotes(trace: Trace, mode: RevocationInput['mode']): Notebook {
  const ends: number[] = []
  const unknown = new Set<Certificate>()
  const notes: RevocationNotes = {
    note(certificate, status) {
      const isMissing = status.status === 'unknown' && mode === 'require'
      const reason =
        status.status === 'revoked' ? 'revoked' : isMissing ? 'revocation_unknown' : null
      const detail = () => `${describe(certificate)}: ${status.detail}`
      trace.ask(certificate, reason, detail, status.evidence)
      if (status.status === 'good') ends.push(status.until)
      if (status.status === 'unknown') unknown.add(certificate)
    },
  }
  return { notes, ends, unknown }
}
