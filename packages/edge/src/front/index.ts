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
export type { ProxySource } from './opening/proxy-header.js'
export { isFirstClientError } from './requests/client-error.js'
export type { RefusedRequest } from './requests/refused-request.js'
export { normalizeServerName } from './server-name.js'
export type { HostSecureContext, ServerCertificate } from './tls/secure-context.js'
export { createSessionSecrets, type SessionSecrets } from './tls/session-secrets.js'
export { TLS_PROFILES, type TlsProfile, type TlsProfileName } from './tls/tls-profile.js'
