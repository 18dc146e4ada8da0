import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { servernameOf } from './gate.js'

/** A request as it reached the stand-in, before anything was decided about it. */
export interface RecordedRequest {
  readonly method: string
  /** The raw target. */
  readonly url: string
  /** The SNI of the connection, lower case; empty where there was none. */
  readonly servername: string
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they stood on the wire. */
  readonly rawHeaders: readonly string[]
  /** The status of the answer, or `null` while there is none. */
  readonly status: number | null
}

/** Notes a request; its status follows when the answer has been written. */
export function recordRequest(request: IncomingMessage, response: ServerResponse): RecordedRequest {
  const headers = { ...request.headers }
  const rawHeaders = [...request.rawHeaders]
  const method = request.method ?? ''
  const url = request.url ?? ''
  const servername = servernameOf(request)
  return {
    method,
    url,
    servername,
    headers,
    rawHeaders,
    get status() {
      return response.headersSent ? response.statusCode : null
    },
  }
}
