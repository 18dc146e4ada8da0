export { isFirstClientError } from './client-error.js'
export type { ConnectionCounts } from './connection-counts.js'
export {
  FST_EDGE_INVALID_SERVER_NAME,
  FST_EDGE_INVALID_TRUSTED_PEER,
  FST_EDGE_RSA_CERTIFICATE_MISSING,
  FST_EDGE_SERVER_OF_ANOTHER_HOST,
  FST_EDGE_SERVER_RETIRED,
} from './errors.js'
export { clientAddressOf, createFront, type Front, type FrontOptions } from './front.js'
export type { FrontEvent, HandshakeRefusal, TlsVersion } from './front-event.js'
export {
  createHostServer,
  type HostServerOptions,
  peekedServerName,
  updateHostServer,
} from './host-server.js'
export type { SessionRefused } from './http2/session-refusal.js'
export { DEFAULT_LIMITS, type FrontLimits, type HostServerLimits } from './limits.js'
export type { ProxySource } from './proxy-header.js'
export type { RefusedRequest } from './refused-request.js'
export type { HostSecureContext, ServerCertificate } from './secure-context.js'
export { normalizeServerName } from './server-name.js'
export { createSessionSecrets, type SessionSecrets } from './session-secrets.js'
export { TLS_PROFILES, type TlsProfile, type TlsProfileName } from './tls-profile.js'
