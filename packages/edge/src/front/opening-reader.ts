import type { AlertDescription } from './alert.js'
import { createClientHelloReader, type HelloRefusal } from './client-hello.js'
import type { ClientHello } from './client-hello-message.js'
import { type ProxySource, readProxyHeader } from './proxy-header.js'

/** Why the opening of a connection is refused. */
export type OpeningRefusal = HelloRefusal | 'invalid_proxy_header'

/** What the bytes so far amount to. */
export type OpeningResult =
  | { readonly status: 'incomplete' }
  | ({ readonly status: 'complete' } & ClientHello)
  | {
      readonly status: 'refused'
      readonly reason: OpeningRefusal
      readonly alert: AlertDescription | null
    }

/** Reads what comes before TLS: a PROXY header where one is due, and the ClientHello. */
export interface OpeningReader {
  push(chunk: Buffer): OpeningResult
  /** The client's address by the PROXY header; null without one, or where it names none. */
  readonly source: ProxySource | null
  /** What OpenSSL must be given back: all bytes but the PROXY header's. */
  helloBytes(): Buffer
}

/**
 * Makes a reader of a connection's opening.
 *
 * @param expectsProxyHeader whether the peer must send a PROXY header first. Of any other peer one is refused, as all is
 *   that is no TLS.
 */
export function createOpeningReader(expectsProxyHeader: boolean): OpeningReader {
  const hello = createClientHelloReader()
  let isHeaderDue = expectsProxyHeader
  let header: Buffer = Buffer.alloc(0)
  let source: ProxySource | null = null

  return {
    get source() {
      return source
    },
    helloBytes: hello.bytes,
    push: (chunk) => (isHeaderDue ? pushHeader(chunk) : hello.push(chunk)),
  }

  function pushHeader(chunk: Buffer): OpeningResult {
    header = Buffer.concat([header, chunk])
    const result = readProxyHeader(header)
    if (result.status === 'incomplete') return result
    if (result.status === 'refused') {
      return { status: 'refused', reason: 'invalid_proxy_header', alert: null }
    }
    isHeaderDue = false
    source = result.source
    return hello.push(header.subarray(result.length))
  }
}
