import type { Certificate } from '../certificate/certificate.js'
import type { SignerSearch } from '../revocation/crl-signer.js'
import { statusOf } from '../revocation/status.js'
import { checkKeyStrength, checkSignatureStrength } from '../rules/algorithms.js'
import { checkSignature } from '../rules/signature.js'
import { checkValidity } from '../rules/validity.js'
import { isSignedBy } from '../signature/verify-signature.js'
import type { OcspAnswer } from './answer.js'
import { hashKey } from './certificate-id.js'

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
const NO_CHECK = '1.3.6.1.5.5.7.48.1.5'

const answers = new WeakMap<OcspAnswer, WeakMap<Certificate, boolean>>()

/**
 * Finds who signed an answer and may: the CA that issued the certificate in question, or a responder that this very CA has
 * certified for OCSP. Nobody else, not even another CA of the path. `null` where there is none.
 *
 * A delegated responder whose certificate has `id-pkix-ocsp-nocheck` is trusted for as long as its certificate is valid. Without
 * it, its own status is looked up in CRLs, never in OCSP, where it would vouch for itself: where it is revoked, or unknown in
 * mode `require`, its word counts for nothing.
 *
 * @param above the certificates of the path above the one in question, the issuer first
 * @see https://www.rfc-editor.org/rfc/rfc6960#section-4.2.2.2
 */
export function findResponder(
  answer: OcspAnswer,
  above: readonly Certificate[],
  search: SignerSearch,
): Certificate | null {
  const [issuer] = above
  if (issuer === undefined) return null
  const candidates = [issuer, ...answer.certificates].filter((one) => isNamed(answer, one))
  for (const responder of candidates) {
    const isIssuer = responder.thumbprint === issuer.thumbprint
    if (!isIssuer && !isDelegate(responder, issuer, search)) continue
    if (!isAnswerSignedBy(answer, responder, search)) continue
    if (isIssuer || isUnrevoked(responder, above, search)) return responder
  }
  return null
}

function isNamed({ responder }: OcspAnswer, certificate: Certificate): boolean {
  return responder.type === 'name'
    ? certificate.subject.normalized === responder.normalized
    : hashKey(certificate, 'sha1') === responder.keyHash
}

/** Issued by the CA's own key for this purpose, spelt out: `anyExtendedKeyUsage` doesn't do. */
function isDelegate(
  responder: Certificate,
  issuer: Certificate,
  { input, budget }: SignerSearch,
): boolean {
  const { at, algorithms = {} } = input
  const { extendedKeyUsage, keyUsage, unknownCritical } = responder.extensions
  if (extendedKeyUsage?.includes(OCSP_SIGNING) !== true) return false
  if (keyUsage !== null && !keyUsage.some((usage) => SIGNING_USAGES.has(usage))) return false
  if (unknownCritical.some((oid) => oid !== NO_CHECK)) return false
  if (responder.issuer.normalized !== issuer.subject.normalized) return false
  const objection =
    checkValidity(responder, at) ??
    checkKeyStrength(responder, algorithms) ??
    checkSignatureStrength(responder, algorithms) ??
    checkSignature(responder, issuer, budget, false)
  return objection === null
}

const SIGNING_USAGES: ReadonlySet<string> = new Set(['digitalSignature', 'nonRepudiation'])

function isUnrevoked(
  responder: Certificate,
  above: readonly Certificate[],
  search: SignerSearch,
): boolean {
  if (responder.extensions.all.some(({ oid }) => oid === NO_CHECK)) return true
  const { status } = statusOf(responder, above, search)
  return status === 'good' || (status === 'unknown' && search.input.revocation?.mode !== 'require')
}

/** Each pair is checked once: it has one answer for ever, and lives as long as both do. */
function isAnswerSignedBy(
  answer: OcspAnswer,
  signer: Certificate,
  { budget }: SignerSearch,
): boolean {
  const ofAnswer = answers.get(answer) ?? new WeakMap<Certificate, boolean>()
  answers.set(answer, ofAnswer)
  const known = ofAnswer.get(signer)
  if (known !== undefined) return known
  budget.spend('maxSignatureChecks')
  const isSigned = isSignedBy(answer, signer)
  ofAnswer.set(signer, isSigned)
  return isSigned
}
