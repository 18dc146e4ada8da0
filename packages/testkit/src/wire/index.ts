export type { WireResponse } from './http-response.js'
export {
  type Http2Answer,
  type Http2Connection,
  openHttp2Connection,
} from './http2-connection.js'
export {
  ERROR as HTTP2_ERROR,
  encodeField,
  encodeFields,
  encodeFrame,
  encodeIndex,
  encodeSetting,
  FLAG as HTTP2_FLAG,
  FRAME as HTTP2_FRAME,
  PREFACE as HTTP2_PREFACE,
  uint32,
} from './http2-frames.js'
export {
  type Http2Wire,
  type Http2WireOptions,
  openHttp2Wire,
  type ReceivedFrame,
} from './http2-wire.js'
export { type RawTlsAnswer, type RawTlsRequest, rawTlsRequest } from './raw-request.js'
export {
  openTlsConnection,
  type TlsConnection,
  type TlsConnectionOptions,
} from './tls-connection.js'
export { TLS_VERSIONS, type TlsVisit, type VisitResult, visitTls } from './tls-visit.js'
