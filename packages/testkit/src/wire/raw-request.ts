import type { WireResponse } from './http-response.js'
import { openTlsConnection, type TlsConnectionOptions } from './tls-connection.js'

/** A request in raw bytes, and how long to listen for what comes back. */
export interface RawTlsRequest extends TlsConnectionOptions {
  /** Sent as they are, text as latin1; of a list each part in a write of its own. */
  readonly bytes: string | Uint8Array | readonly (string | Uint8Array)[]
  /**
   * `response` (default) stops at the first complete response; `close` listens until the other side closes, and so tells
   * whether it does, and what else it had to say.
   */
  readonly until?: 'response' | 'close'
}

/** What came back. */
export interface RawTlsAnswer {
  /** The first complete response; `null` where the connection ended without one. */
  readonly response: WireResponse | null
  /** What came after that response, or what came at all where there is none (latin1). */
  readonly rest: string
  /** Whether the other side closed the connection; only `until: 'close'` waits to see. */
  readonly closed: boolean
  /** The error that ended the connection: a TLS alert, a reset. */
  readonly error: Error | null
}

/**
 * Opens a TLS connection, sends raw bytes, and gives back what came: for what an HTTP client would never send.
 * @throws Error of the handshake, or when neither a response nor the end comes within `timeout`
 */
export async function rawTlsRequest(options: RawTlsRequest): Promise<RawTlsAnswer> {
  const connection = await openTlsConnection(options)
  try {
    const parts = isList(options.bytes) ? options.bytes : [options.bytes]
    for (const part of parts) connection.write(part)
    const method = methodOf(parts[0] ?? '')
    const response = await connection.nextResponse(method).catch((error: unknown) => {
      if (connection.socket.destroyed || connection.socket.readableEnded) return null
      throw error
    })
    const waits = response === null || options.until === 'close'
    const error = waits ? await connection.waitForClose() : null
    return {
      response,
      rest: connection.unread().toString('latin1'),
      closed: waits,
      error,
    }
  } finally {
    connection.destroy()
  }
}

function isList(bytes: RawTlsRequest['bytes']): bytes is readonly (string | Uint8Array)[] {
  return Array.isArray(bytes)
}

function methodOf(part: string | Uint8Array): string {
  return Buffer.from(part).toString('latin1').split(' ', 1)[0] ?? ''
}
