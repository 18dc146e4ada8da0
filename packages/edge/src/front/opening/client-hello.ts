import { ALERT, type AlertDescription } from './alert.js'
import { type ClientHello, parseClientHello } from './client-hello-message.js'

/** Why the first bytes of a connection are no acceptable ClientHello. */
export type HelloRefusal = 'not_tls' | 'ssl2_hello' | 'malformed_hello' | 'hello_too_large'

/** What the bytes so far amount to. `alert` is null where the peer speaks no TLS and would not understand one. */
export type ClientHelloResult =
  | { readonly status: 'incomplete' }
  | ({ readonly status: 'complete' } & ClientHello)
  | {
      readonly status: 'refused'
      readonly reason: HelloRefusal
      readonly alert: AlertDescription | null
    }

/** An incremental reader of one ClientHello. */
export interface ClientHelloReader {
  /** Takes the next bytes of the connection. Once the result is not `incomplete` it stays what it is. */
  push(chunk: Uint8Array): ClientHelloResult
  /** All bytes pushed so far, in order: what OpenSSL must be given back. */
  bytes(): Buffer
}

/** The largest ClientHello message, header included. Post-quantum key shares and padding stay far below it. */
export const MAX_HELLO_LENGTH = 64 * 1024

/**
 * The most bytes on the wire that one hello may take, record headers included. Twice the message: even a hello of
 * 20 KiB in records of five bytes fits, and a client cannot make the front hold more.
 */
export const MAX_WIRE_LENGTH = 128 * 1024

const CONTENT_TYPE_HANDSHAKE = 22
const HANDSHAKE_CLIENT_HELLO = 1
const TLS_MAJOR_VERSION = 3
const RECORD_HEADER = 5
const MESSAGE_HEADER = 4
/** RFC 8446 section 5.1: no plaintext record is longer. */
const MAX_RECORD_PAYLOAD = 2 ** 14
const SSL2_LENGTH_BIT = 0x80

const INCOMPLETE: ClientHelloResult = { status: 'incomplete' }
const EMPTY: Buffer = Buffer.alloc(0)

/**
 * Makes a reader that finds the ClientHello in the bytes of a connection however they arrive: byte by byte, in any
 * number of TCP segments, in several TLS records (RFC 8446 section 5.1 lets a message span records).
 *
 * The verdict depends on the bytes alone, never on how they were cut. Work is linear in the bytes: they are copied into
 * one buffer that doubles, each record header is looked at once, and the message is put together once.
 * Never throws. Holds no timer: how long a hello may take is the front's to limit.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2
 */
export function createClientHelloReader(): ClientHelloReader {
  return new HelloReader()
}

interface Span {
  readonly start: number
  readonly end: number
}

/** A class, since each connection makes one, for the moment that its hello takes. */
class HelloReader implements ClientHelloReader {
  #buffer: Buffer = EMPTY
  #length = 0
  #result = INCOMPLETE
  /** Where the next record header starts; beyond `#length` while a payload is still on its way. */
  #next = 0
  /** Payload bytes in all records whose header was read, arrived or not. */
  #announced = 0
  /** Length of the message with its header, once that header is there. */
  #messageLength: number | null = null
  readonly #payloads: Span[] = []

  push(chunk: Uint8Array): ClientHelloResult {
    if (this.#result.status === 'refused') return this.#result
    this.#append(chunk)
    if (this.#result.status === 'incomplete') this.#result = this.#advance()
    return this.#result
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length
    // Nearly every hello comes in one piece: nothing is to be put together then. What comes after it is put elsewhere.
    if (this.#length === 0 && chunk.length > 0) {
      this.#buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
      this.#length = needed
      return
    }
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    this.#buffer.set(chunk, this.#length)
    this.#length = needed
  }

  /** Goes on from where the last push stopped, in the order of the bytes, so that cuts make no difference. */
  #advance(): ClientHelloResult {
    for (;;) {
      const verdict = this.#readMessage()
      if (verdict !== null) return verdict
      if (this.#length <= this.#next) return INCOMPLETE
      const refusal = this.#checkRecordStart()
      if (refusal !== null) return refusal
      if (this.#length < this.#next + RECORD_HEADER) return INCOMPLETE
      const payload = this.#buffer.readUInt16BE(this.#next + 3)
      // RFC 8446 section 5.1: no empty fragments of handshake messages, and none over 2^14.
      if (payload === 0) return refuse('malformed_hello', ALERT.decodeError)
      if (payload > MAX_RECORD_PAYLOAD) return refuse('malformed_hello', ALERT.recordOverflow)
      const start = this.#next + RECORD_HEADER
      this.#next = start + payload
      if (this.#next > MAX_WIRE_LENGTH) return refuse('hello_too_large', ALERT.illegalParameter)
      this.#payloads.push({ start, end: this.#next })
      this.#announced += payload
    }
  }

  #checkRecordStart(): ClientHelloResult | null {
    const next = this.#next
    const type = this.#buffer.readUInt8(next)
    if (type !== CONTENT_TYPE_HANDSHAKE) {
      if (next > 0) return refuse('malformed_hello', ALERT.unexpectedMessage)
      // An SSL 2.0 hello, which TLS 1.0 clients once sent to be understood by both: RFC 6176 ends it.
      if (type & SSL2_LENGTH_BIT) return refuse('ssl2_hello', ALERT.protocolVersion)
      return refuse('not_tls', null)
    }
    // The minor version of a record says nothing (RFC 8446 section 5.1); another major one is no TLS.
    if (this.#length > next + 1 && this.#buffer.readUInt8(next + 1) !== TLS_MAJOR_VERSION) {
      return next > 0 ? refuse('malformed_hello', ALERT.decodeError) : refuse('not_tls', null)
    }
    return null
  }

  #readMessage(): ClientHelloResult | null {
    const available = this.#announced - Math.max(0, this.#next - this.#length)
    if (this.#messageLength === null) {
      if (available === 0) return null
      if (this.#gather(1).readUInt8(0) !== HANDSHAKE_CLIENT_HELLO) {
        return refuse('malformed_hello', ALERT.unexpectedMessage)
      }
      if (available < MESSAGE_HEADER) return null
      this.#messageLength = MESSAGE_HEADER + this.#gather(MESSAGE_HEADER).readUIntBE(1, 3)
      if (this.#messageLength > MAX_HELLO_LENGTH) {
        return refuse('hello_too_large', ALERT.illegalParameter)
      }
    }
    // RFC 8446 section 5.1: nothing may follow the hello within its record.
    if (this.#announced > this.#messageLength) {
      return refuse('malformed_hello', ALERT.unexpectedMessage)
    }
    if (available < this.#messageLength) return null
    const hello = parseClientHello(this.#gather(this.#messageLength).subarray(MESSAGE_HEADER))
    if ('alert' in hello) return refuse('malformed_hello', hello.alert)
    return { status: 'complete', ...hello }
  }

  /** The first `count` bytes of the message, out of the payloads they came in. */
  #gather(count: number): Buffer {
    const [first] = this.#payloads
    // One record holds nearly every hello.
    if (first !== undefined && first.end - first.start >= count)
      return this.#buffer.subarray(first.start, first.start + count)
    const message = Buffer.allocUnsafe(count)
    let filled = 0
    for (const { start, end } of this.#payloads) {
      if (filled === count) break
      filled += this.#buffer.copy(message, filled, start, Math.min(end, start + count - filled))
    }
    return message
  }
}

function refuse(reason: HelloRefusal, alert: AlertDescription | null): ClientHelloResult {
  return { status: 'refused', reason, alert }
}
