import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ERROR_CONTENT_TYPE, encodeErrorBody } from './error-response.js'

/** What is answered before the service sees a request. */
export interface RequestRefusal {
  readonly status: number
  /** A code of the edge's closed list. */
  readonly reason: string
  readonly sentence: string
}

/** A request that no part of the service has seen: whoever writes requests down must be told of it. */
export interface RefusedRequest extends Pick<RequestRefusal, 'status' | 'reason'> {
  /** What the client got as `x-request-id`. */
  readonly requestId: string
  readonly request: Pick<
    IncomingMessage,
    'method' | 'url' | 'httpVersion' | 'httpVersionMajor' | 'socket'
  >
}

/** An answer in the edge's form: headers as `writeHead` takes them, and the body. */
export interface RefusalAnswer {
  readonly requestId: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string
}

/** Puts the answer to a refused request together. */
export function createRefusalAnswer({ reason, sentence }: RequestRefusal): RefusalAnswer {
  const requestId = randomUUID()
  const body = encodeErrorBody(reason, sentence)
  const headers = {
    'content-type': ERROR_CONTENT_TYPE,
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
  }
  return { requestId, headers, body }
}
