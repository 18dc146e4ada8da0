export { type CertificateCache, createCertificateCache } from './certificate/cache.js'
export type {
  Certificate,
  HashName,
  PublicKey,
  SignatureAlgorithm,
} from './certificate/certificate.js'
export { CertificateError } from './certificate/error.js'
export type {
  AccessDescription,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralSubtree,
  KeyUsage,
  KeyUsageName,
  NameConstraints,
  PolicyConstraints,
  PolicyMapping,
  RevocationReason,
} from './certificate/extensions.js'
export { type ReadOptions, readCertificate } from './certificate/read-certificate.js'
export { readPemCertificates } from './certificate/read-pem.js'
export { parseThumbprint } from './certificate/thumbprint.js'
export { writePemCertificate } from './certificate/write-pem.js'
export {
  type AlternativeNameForm,
  recognizeAlternativeNameForm,
} from './name/alternative-name-form.js'
export type { GeneralName, Name } from './name/name.js'
export { NameSyntaxError, parseName } from './name/parse-name.js'
export type {
  CertificateId,
  CertificateIdHash,
  OcspAnswer,
  OcspErrorStatus,
  OcspResponse,
  OcspStatement,
  OcspStatus,
  ResponderId,
} from './ocsp/answer.js'
export { isIdOf } from './ocsp/certificate-id.js'
export { OcspError } from './ocsp/error.js'
export { readOcspResponse } from './ocsp/read-response.js'
export { createOcspRequest, isForNonce, type OcspRequestInput } from './ocsp/request.js'
export { endOfStatement } from './ocsp/status.js'
export { checkSelfSigned, type SelfSignedInput } from './path/check-self-signed.js'
export {
  type AlgorithmSwitches,
  DEFAULT_LIMITS,
  type Limits,
  type PathInput,
  type PolicyInput,
  type RevocationInput,
} from './path/input.js'
export type { Objection } from './path/objection.js'
export type { PathReason } from './path/reason.js'
export { validatePath } from './path/validate-path.js'
export type { PathVerdict, Refusal, SelfSignedVerdict, TraceStep } from './path/verdict.js'
export type { Crl, CrlEntry, CrlScope } from './revocation/crl.js'
export { checkCrlSignatureInSteps } from './revocation/crl-signature.js'
export type { CrlEntries } from './revocation/entries.js'
export { CrlError } from './revocation/error.js'
export type { RevocationEvidence } from './revocation/evidence.js'
export { readCrl, readCrlInSteps } from './revocation/read-crl.js'
export { findWeakness } from './rules/weakness.js'
export { isSignedByItself } from './signature/is-signed-by-itself.js'
