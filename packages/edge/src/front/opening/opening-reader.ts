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
  return new ReaderOfOpening(expectsProxyHeader)
}

class ReaderOfOpening implements OpeningReader {
  source: ProxySource | null = null
  readonly #hello = createClientHelloReader()
  /** What has come of the header; null where none is due. */
  #header: Buffer | null

  constructor(expectsProxyHeader: boolean) {
    this.#header = expectsProxyHeader ? Buffer.alloc(0) : null
  }

  helloBytes(): Buffer {
    return this.#hello.bytes()
  }

  push(chunk: Buffer): OpeningResult {
    if (this.#header === null) return this.#hello.push(chunk)
    const header = Buffer.concat([this.#header, chunk])
    this.#header = header
    const result = readProxyHeader(header)
    if (result.status === 'incomplete') return result
    if (result.status === 'refused') {
      return { status: 'refused', reason: 'invalid_proxy_header', alert: null }
    }
    this.#header = null
    this.source = result.source
    return this.#hello.push(header.subarray(result.length))
  }
}
