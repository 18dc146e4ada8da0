import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

/** A request as it reached the upstream. It is there from its headers on; body and trailers grow while they come. */
export interface UpstreamRequest {
  readonly method: string
  readonly url: string
  readonly httpVersion: string
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly rawTrailers: readonly string[]
  readonly body: Buffer
  /** Whether it came to its end; false for one that is still coming or was broken off. */
  readonly complete: boolean
  /** The SNI of its connection; `false` where none was sent. */
  readonly servername: string | false
  /** Number of its connection, the first one is 1. */
  readonly connection: number
  /** Every value of a header in any spelling of its case. */
  valuesOf(name: string): readonly string[]
  /** Resolves when the request is complete or broken off. */
  readonly ended: Promise<void>
}

/** Records a request while its body streams in; this alone consumes the body. */
export function recordRequest(incoming: IncomingMessage, connection: number): UpstreamRequest {
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve) => {
    incoming.on('end', resolve)
    incoming.on('error', () => resolve())
    incoming.on('close', resolve)
  })
  const { method = '', url = '', httpVersion, headers, rawHeaders, socket } = incoming
  return {
    method,
    url,
    httpVersion,
    headers,
    rawHeaders,
    connection,
    ended,
    servername: socket instanceof TLSSocket ? (socket.servername ?? false) : false,
    get rawTrailers() {
      return incoming.rawTrailers
    },
    get body() {
      return Buffer.concat(chunks)
    },
    get complete() {
      return incoming.complete
    },
    valuesOf: (name) => valuesOf(rawHeaders, name),
  }
}

function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const wanted = name.toLowerCase()
  return rawHeaders.filter((_, index) => {
    return index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === wanted
  })
}
