import type { Certificate, TraceStep } from '@mtls-edge/path-validation'
import type { RefusalReason } from '../reason.js'
import type { Accepted, Refused } from './decision.js'

export interface Acceptance {
  readonly kind: Accepted['kind']
  readonly leaf: Certificate
  readonly path: readonly Certificate[]
  readonly registered: boolean
  readonly unknownStatus: readonly Certificate[]
  readonly handshakeError: string | null
  readonly validUntil: Date
  readonly trace: readonly TraceStep[]
}

/** Builds the verdict that lets a certificate through. */
export function accept(acceptance: Acceptance): Accepted {
  const { kind, leaf, path, registered, unknownStatus, handshakeError, validUntil, trace } =
    acceptance
  return Object.freeze({
    kind,
    raw: leaf.der,
    thumbprint: leaf.thumbprint,
    certificate: leaf,
    path,
    registered,
    unknownStatus,
    handshakeError,
    validFrom: leaf.notBefore.getTime(),
    // Validity counts whole seconds, the last one included (RFC 5280 section 4.1.2.5).
    validUntil: validUntil.getTime() + 999,
    trace,
  })
}

/** Builds the verdict that refuses one. */
export function refuse(
  reason: RefusalReason,
  detail: string,
  leaf: Certificate | null,
  trace: readonly TraceStep[] = [],
): Refused {
  return Object.freeze({
    kind: 'refused',
    reason,
    detail,
    thumbprint: leaf?.thumbprint ?? null,
    certificate: leaf,
    validUntil:
      reason === 'not_yet_valid' && leaf !== null ? leaf.notBefore.getTime() - 1 : Infinity,
    trace,
  })
}
