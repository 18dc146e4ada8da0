import type { FastifyRequest } from 'fastify'
import type { ClientCertificate } from './decision/decision.js'
import type { FetchedSource } from './observer.js'
import type { PolicyOptions } from './options.js'

export { decideAfterFetching } from './decide-after-fetching.js'
export { decideCertificate } from './decision/decide.js'
export type {
  Accepted,
  ClientCertificate,
  Decision,
  NoCertificate,
  Refused,
} from './decision/decision.js'
export type { CaSignedPolicy, CertificatePolicy, FetchingPolicy } from './decision/policy.js'
export {
  InvalidOptionError,
  refusalErrors,
  refusalReasons,
  UnsupportedConnectionError,
} from './errors.js'
export type { AllowList, DenyList } from './lists/index.js'
export {
  findDenial,
  findMissingAllowance,
  findMissingSelfSignedAllowance,
  parseAlternativeName,
} from './lists/index.js'
export type { FetchedSource, FetchFailure, VerdictOrigin, VerifierObserver } from './observer.js'
export {
  type CertVerifierOptions,
  type ListOptions,
  type PolicyOptions,
  type ResolvedOptions,
  resolveOptions,
} from './options.js'
export { certVerifier } from './plugin.js'
export type { OwnReason, RefusalReason } from './reason.js'
export { addressesOf, type FetchKind } from './revocation/addresses.js'
export { DEFAULT_FETCH_LIMITS, type FetchLimits } from './revocation/limits.js'
export { addressOf } from './revocation/origin.js'
export type { StatusQuestion } from './revocation/question.js'
export {
  createRevocationSource,
  type FetchedStatus,
  type FetchLog,
  type RevocationSource,
  type RevocationSourceOptions,
} from './revocation/source.js'
export type { ResolveHost } from './revocation/target.js'
export type { ChainMemory, PresentedChain } from './source/chain-memory.js'
export type { HandshakeVerdict, PresentedCertificates } from './source/presented.js'

/** What `fastify.certVerifier` offers. */
export interface CertVerifierControl {
  /**
   * Decides by other options from now on, on open connections too: anchors, CRLs, lists, registry. The server's `ca` is
   * for the service to change along (`setSecureContext`).
   *
   * @throws FST_CERT_VERIFIER_INVALID_OPTION; the old options then stay in force
   */
  replaceOptions(options: PolicyOptions): void
  /**
   * Looks again whether the verdict that let a request in holds, for a handler that has waited: for a body above all, which a
   * client may keep back until its certificate is revoked. It fetches nothing.
   *
   * @throws the refusal; `request.clientCertificate` is then the new verdict
   */
  confirm(request: FastifyRequest): void
  /** Where revocation information was fetched from lately, or was to be, and how that is. */
  listFetched(): readonly FetchedSource[]
}

declare module 'fastify' {
  interface FastifyInstance {
    certVerifier: CertVerifierControl
  }
  interface FastifyRequest {
    /** The verdict on the connection's client certificate; `null` only before the verifier's hook ran. */
    clientCertificate: ClientCertificate | null
  }
}
