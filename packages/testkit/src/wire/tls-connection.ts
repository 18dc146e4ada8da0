import { once } from 'node:events'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { Issued } from '../pki/index.js'
import { readResponse, type WireResponse } from './http-response.js'

/** Where to connect, and as whom. */
export interface TlsConnectionOptions {
  readonly port: number
  /** Default: `127.0.0.1`. */
  readonly host?: string
  /** The name in the SNI. Absent: no SNI is sent. */
  readonly servername?: string
  /** The client's certificate with what stands above it, and its key. */
  readonly certificate?: Issued
  /** PEM instead of `certificate`, where another chain shall be sent. */
  readonly cert?: string
  readonly key?: string
  /** Roots to verify the server by. Absent: the server is not verified. */
  readonly ca?: string
  /** Anything else that `tls.connect` takes. */
  readonly tls?: ConnectionOptions
  /** How long each wait (handshake, response, close) may take, in milliseconds. Default: 5000. */
  readonly timeout?: number
}

/** A TLS connection over which a test sends whatever bytes it likes. */
export interface TlsConnection {
  readonly socket: TLSSocket
  /** Sends bytes (text: latin1) and waits for nothing. */
  write(bytes: string | Uint8Array): void
  /** The next complete response; `method` (default: that of the last request sent) tells whether it may have a body. */
  nextResponse(method?: string): Promise<WireResponse>
  /** Sends bytes, then waits for the next complete response. */
  request(bytes: string | Uint8Array): Promise<WireResponse>
  /** Everything that came and is not part of a response handed out. */
  unread(): Buffer
  /** Resolves when the other side has closed, or the connection broke: then with the error. */
  waitForClose(): Promise<Error | null>
  /** Ends the connection at once. */
  destroy(): void
}

/**
 * Opens a TLS connection.
 * @throws Error of the handshake, or after `timeout`. In TLS 1.3 a refused client certificate shows only at the first read.
 */
export async function openTlsConnection(options: TlsConnectionOptions): Promise<TlsConnection> {
  const { timeout = 5000 } = options
  const socket = connect(connectOptions(options))
  const inbox = new Inbox(socket)
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeout) })
  } catch (error) {
    socket.destroy()
    throw error
  }
  return {
    socket,
    write: (bytes) => inbox.send(bytes),
    nextResponse: (method) => inbox.nextResponse(timeout, method),
    request: (bytes) => {
      inbox.send(bytes)
      return inbox.nextResponse(timeout)
    },
    unread: () => inbox.unread,
    waitForClose: () => inbox.waitForClose(timeout),
    destroy: () => socket.destroy(),
  }
}

/** The options of `tls.connect` for a test connection. */
export function connectOptions(options: TlsConnectionOptions): ConnectionOptions {
  const { certificate, cert, key, ca, servername } = options
  const chain = cert ?? certificate?.chainPem
  const secret = key ?? certificate?.keyPem
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port,
    // Node puts the host into the SNI where there is no name; an empty one stops that.
    servername: servername ?? '',
    rejectUnauthorized: ca !== undefined,
    ...(ca === undefined ? {} : { ca }),
    ...(chain === undefined ? {} : { cert: chain }),
    ...(secret === undefined ? {} : { key: secret }),
    ...options.tls,
  }
}

class Inbox {
  unread: Buffer = Buffer.alloc(0)
  readonly #socket: TLSSocket
  readonly #closed: Promise<Error | null>
  #failure: Error | null = null
  #isEnded = false
  #method = 'GET'
  #wake: () => void = () => {}

  constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.unread = Buffer.concat([this.unread, chunk])
      this.#wake()
    })
    socket.on('end', () => this.#end())
    socket.on('error', (error) => {
      this.#failure = error
    })
    this.#closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#end()
        resolve(this.#failure)
      })
    })
  }

  send(bytes: string | Uint8Array): void {
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
    this.#method = /^[A-Z]+(?= )/.exec(Buffer.from(data).toString('latin1', 0, 20))?.[0] ?? 'GET'
    this.#socket.write(data)
  }

  async nextResponse(timeout: number, method = this.#method): Promise<WireResponse> {
    const limit = AbortSignal.timeout(timeout)
    for (;;) {
      const isEnded = this.#isEnded
      const read = readResponse(this.unread, { method, ended: isEnded })
      if (read) {
        this.unread = read.rest
        return read.response
      }
      if (isEnded) throw this.#broken('closed before a complete response')
      if (limit.aborted) throw this.#broken(`no complete response within ${timeout} ms`)
      await this.#more(limit)
    }
  }

  async waitForClose(timeout: number): Promise<Error | null> {
    const limit = AbortSignal.timeout(timeout)
    const tooLate = new Promise<never>((_, reject) => {
      limit.onabort = () => reject(this.#broken(`still open after ${timeout} ms`))
    })
    return Promise.race([this.#closed, tooLate])
  }

  #end(): void {
    this.#isEnded = true
    this.#wake()
  }

  #more(limit: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      limit.onabort = () => resolve()
    })
  }

  #broken(what: string): Error {
    const received = JSON.stringify(this.unread.toString('latin1').slice(0, 500))
    return new Error(`${what}; received ${received}`, { cause: this.#failure })
  }
}
