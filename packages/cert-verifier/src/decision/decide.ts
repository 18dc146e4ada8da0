import {
  type Certificate,
  CertificateError,
  checkSelfSigned,
  isSignedByItself,
  type PathVerdict,
  type RevocationInput,
  readCertificate,
  validatePath,
} from '@mtls-edge/path-validation'
import { findDenial, findMissingAllowance, findMissingSelfSignedAllowance } from '../lists/index.js'
import type { RefusalReason } from '../reason.js'
import type { FetchedStatus } from '../revocation/source.js'
import type { HandshakeVerdict, PresentedCertificates } from '../source/presented.js'
import type { Decision } from './decision.js'
import type { CaSignedPolicy, CertificatePolicy } from './policy.js'
import { readPool } from './read-pool.js'
import { checkRegistration, type Registration } from './registration.js'
import { accept, refuse } from './verdict.js'

const NOTHING_FETCHED: FetchedStatus = { crls: () => [], answersFor: () => [] }

/**
 * Decides on a client's certificate: the one place where that is done, for the running edge and for
 * `explain` alike. Pure but for the registry's memory, which it reads.
 *
 * Not decided here: whether the client holds the key (the handshake proved it), and whether Auth0
 * knows the certificate.
 *
 * @param at when: milliseconds since the epoch
 * @param fetched revocation information that was fetched. Default: none
 */
export function decideCertificate(
  policy: CertificatePolicy,
  presented: PresentedCertificates,
  at: number,
  fetched: FetchedStatus = NOTHING_FETCHED,
): Decision {
  let leaf: Certificate
  try {
    leaf = readCertificate(presented.leaf)
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    return refuse('malformed_certificate', error.message, null)
  }
  // Deny comes first and wins: nothing that is found out later may let a denied certificate in.
  const denial = findDenial(leaf, policy.deny)
  if (denial !== null) return refuse('denied', denial, leaf)
  const registration = checkRegistration(policy, leaf.thumbprint)
  if ('reason' in registration) return refuse(registration.reason, registration.detail, leaf)
  const judge = () => judgePath(policy, leaf, presented, at, fetched)
  // Most bear another name than their issuer, and have a path: nobody need look whether they signed themselves.
  const early = isSameName(leaf) ? null : judge()
  // The signature alone says what is self-signed: equal names prove nothing, and OpenSSL's error codes
  // say "self-signed" of chains too.
  if (!isSignedByAnother(leaf, early) && isSignedByItself(leaf))
    return decideSelfSigned(policy, leaf, registration, at)
  return decideCaSigned(policy, leaf, presented, registration, early ?? judge())
}

const isSameName = ({ subject, issuer }: Certificate): boolean =>
  subject.normalized === issuer.normalized

/**
 * A path holds a signature by the key above the leaf. Where that is not the leaf's own key, the leaf's can't have made it: its key
 * is part of what is signed. A leaf that bears the CA's own key is to be looked at.
 */
function isSignedByAnother(leaf: Certificate, verdict: PathVerdict | null): boolean {
  if (verdict === null || !verdict.valid) return false
  const issuer = verdict.path[1]
  return issuer !== undefined && Buffer.compare(issuer.publicKey.spki, leaf.publicKey.spki) !== 0
}

/** `null` where there are no CAs, or where what came beside the leaf is not known. */
function judgePath(
  { caSigned }: CertificatePolicy,
  leaf: Certificate,
  presented: PresentedCertificates,
  at: number,
  fetched: FetchedStatus,
): PathVerdict | null {
  if (caSigned === null || presented.missing === 'chain') return null
  const pool = readPool(presented.pool)
  return validatePath({
    leaf,
    pool,
    intermediates: caSigned.intermediates,
    trustAnchors: caSigned.trustAnchors,
    at: new Date(at),
    purpose: 'clientAuth',
    revocation: addFetched(caSigned, fetched, [leaf, ...pool, ...caSigned.intermediates]),
  })
}

function decideSelfSigned(
  policy: CertificatePolicy,
  leaf: Certificate,
  registration: Registration,
  at: number,
): Decision {
  if (policy.selfSigned === 'reject')
    return refuse('self_signed_not_accepted', 'clientCertificates.selfSigned is reject', leaf)
  const verdict = checkSelfSigned({
    leaf,
    at: new Date(at),
    trustAnchors: policy.caSigned?.trustAnchors ?? [],
    intermediates: policy.caSigned?.intermediates ?? [],
  })
  if (!verdict.valid) return refuse(verdict.reason, verdict.detail, leaf, verdict.trace)
  if (policy.selfSigned === 'registered' && !registration.isActive)
    return refuse('not_registered', 'selfSigned is registered', leaf)
  const missing = findMissingSelfSignedAllowance(leaf, policy.allow)
  if (missing !== null) return refuse('not_allowed', missing, leaf)
  return accept({
    kind: 'self-signed',
    leaf,
    path: [leaf],
    registered: registration.isActive,
    unknownStatus: [],
    handshakeError: null,
    validUntil: leaf.notAfter,
    trace: [],
  })
}

function decideCaSigned(
  policy: CertificatePolicy,
  leaf: Certificate,
  presented: PresentedCertificates,
  registration: Registration,
  verdict: PathVerdict | null,
): Decision {
  const { caSigned } = policy
  if (caSigned === null)
    return refuse('ca_signed_not_accepted', 'clientCertificates.caSigned is not configured', leaf)
  const { handshake, missing = null } = presented
  if (verdict === null)
    return refuse('session_unknown', 'the chain of the resumed session is not known here', leaf)
  if (!verdict.valid) {
    const difference = handshake?.verified ? ' (OpenSSL verified the chain in the handshake)' : ''
    return refuse(verdict.reason, `${verdict.detail}${difference}`, leaf, verdict.trace)
  }
  if (missing === 'handshake' && !caSigned.trustsOwnEngineAlone) {
    const detail = 'a certificate of the chain has begun or ended to be valid since the handshake'
    return refuse('session_unknown', detail, leaf, verdict.trace)
  }
  // SUCCESS needs both verdicts, OpenSSL's at the handshake and ours: the second may only narrow.
  const handshakeError = findHandshakeError(handshake)
  if (handshakeError !== null && !caSigned.trustsOwnEngineAlone) {
    const detail = `the path is valid, but the handshake's verdict was ${handshakeError}`
    return refuse('handshake_verdict_differs', detail, leaf, verdict.trace)
  }
  const refusal = checkCaSignedAllowance(policy, caSigned, leaf, registration)
  if (refusal !== null) return refuse(refusal.reason, refusal.detail, leaf, verdict.trace)
  return accept({
    kind: 'ca-verified',
    leaf,
    path: verdict.path,
    registered: registration.isActive,
    unknownStatus: verdict.unknownStatus,
    handshakeError,
    validUntil: verdict.notAfter,
    trace: verdict.trace,
  })
}

/** OpenSSL's error; `null` where it verified the chain, or was not asked. */
export function findHandshakeError(handshake: HandshakeVerdict | null): string | null {
  if (handshake === null || handshake.verified) return null
  return handshake.error ?? 'unknown'
}

function checkCaSignedAllowance(
  policy: CertificatePolicy,
  caSigned: CaSignedPolicy,
  leaf: Certificate,
  registration: Registration,
): { readonly reason: RefusalReason; readonly detail: string } | null {
  if (caSigned.requireRegistration && !registration.isActive)
    return { reason: 'not_registered', detail: 'caSigned.requireRegistration is true' }
  const missing = findMissingAllowance(leaf, policy.allow)
  return missing === null ? null : { reason: 'not_allowed', detail: missing }
}

function addFetched(
  { revocation }: CaSignedPolicy,
  fetched: FetchedStatus,
  certificates: readonly Certificate[],
): RevocationInput {
  if (revocation.mode === 'off') return revocation
  const crls = [...revocation.crls, ...fetched.crls()]
  return { ...revocation, crls, ocsp: fetched.answersFor(certificates) }
}
