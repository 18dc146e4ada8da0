export type { WireResponse } from './http-response.js'
export {
  type Http2Answer,
  type Http2Connection,
  openHttp2Connection,
} from './http2-connection.js'
export { type RawTlsAnswer, type RawTlsRequest, rawTlsRequest } from './raw-request.js'
export {
  openTlsConnection,
  type TlsConnection,
  type TlsConnectionOptions,
} from './tls-connection.js'
export { TLS_VERSIONS, type TlsVisit, type VisitResult, visitTls } from './tls-visit.js'
