import type { ClientCertificate } from './decision/decision.js'

export { decideCertificate } from './decision/decide.js'
export type {
  Accepted,
  ClientCertificate,
  Decision,
  NoCertificate,
  Refused,
} from './decision/decision.js'
export type { CaSignedPolicy, CertificatePolicy } from './decision/policy.js'
export {
  InvalidOptionError,
  refusalErrors,
  refusalReasons,
  UnsupportedConnectionError,
} from './errors.js'
export type { AllowList, DenyList } from './lists/index.js'
export { parseAlternativeName } from './lists/index.js'
export {
  type CertVerifierOptions,
  type ListOptions,
  type ResolvedOptions,
  resolveOptions,
} from './options.js'
export { certVerifier } from './plugin.js'
export type { OwnReason, RefusalReason } from './reason.js'
export type { HandshakeVerdict, PresentedCertificates } from './source/presented.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The verdict on the connection's client certificate; `null` only before the verifier's hook ran. */
    clientCertificate: ClientCertificate | null
  }
}
