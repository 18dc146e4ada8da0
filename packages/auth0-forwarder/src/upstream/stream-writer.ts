/**
 * Writes a request whose body streams, as fast as the target reads. Of a body that is not as long as it said, it never writes the
 * end.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
import type { Writable } from 'node:stream'
import type { BodyReceiver, StreamingBody } from '../body/streaming-body.js'
import { endOfHead } from './body-writer.js'
import type { Exchange } from './exchange.js'
import { malformedRequest } from './malformed-answer.js'

/** Told how a body that streams gets on. */
export interface Pace {
  /** The head is written. */
  onBegun(): void
  /** The target has to read before more is written. */
  onBlocked(): void
  /** The client has to send before more is written. */
  onWaiting(): void
  /** All is written. */
  onWritten(exchange: Exchange): void
}

export class StreamWriter implements BodyReceiver {
  readonly #socket: Writable
  readonly #exchange: Exchange
  readonly #content: StreamingBody
  /** Bytes; null: chunked. */
  readonly #length: number | null
  readonly #pace: Pace
  #sent = 0
  #isBlocked = false

  constructor(
    socket: Writable,
    exchange: Exchange,
    content: StreamingBody,
    length: number | null,
    pace: Pace,
  ) {
    this.#socket = socket
    this.#exchange = exchange
    this.#content = content
    this.#length = length
    this.#pace = pace
  }

  onPart(part: Buffer): boolean {
    if (part.length === 0) return !this.#isBlocked
    const socket = this.#socket
    const length = this.#length
    if (length !== null && this.#sent + part.length > length) {
      this.onFailure(malformedRequest('a body too long'))
      return false
    }
    socket.cork()
    if (this.#sent === 0) this.#writeHead()
    this.#sent += part.length
    if (length === null) socket.write(`${part.length.toString(16)}\r\n`, 'latin1')
    socket.write(part)
    if (length === null) socket.write('\r\n', 'latin1')
    socket.uncork()
    if (!this.#isBlocked && socket.writableNeedDrain) this.#waitForRoom()
    return !this.#isBlocked
  }

  onEnd(): void {
    const { head, method } = this.#exchange
    if (this.#length !== null && this.#sent !== this.#length) {
      this.onFailure(malformedRequest('a body too short'))
      return
    }
    if (this.#sent === 0) {
      this.#socket.write(head + endOfHead(method), 'latin1')
      this.#pace.onBegun()
    } else if (this.#length === null) this.#socket.write('0\r\n\r\n', 'latin1')
    this.#pace.onWritten(this.#exchange)
  }

  onFailure(error: Error): void {
    this.#exchange.abort(error)
  }

  #writeHead(): void {
    const framing =
      this.#length === null ? 'transfer-encoding: chunked' : `content-length: ${this.#length}`
    this.#socket.write(`${this.#exchange.head}${framing}\r\n\r\n`, 'latin1')
    this.#pace.onBegun()
  }

  #waitForRoom(): void {
    this.#isBlocked = true
    this.#pace.onBlocked()
    this.#socket.once('drain', () => {
      this.#isBlocked = false
      // The exchange may be over, and the connection another one's.
      if (this.#exchange.isOver) return
      this.#pace.onWaiting()
      this.#content.resume()
    })
  }
}
