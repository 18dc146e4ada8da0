/**
 * A connection to the target: one exchange at a time, nothing pipelined. Bytes that no exchange asked for end it, so that no answer
 * is ever taken for that to another request.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.2
 */
import type { TLSSocket } from 'node:tls'
import { UpstreamProtocolError, UpstreamTimeoutError, UpstreamUnreachableError } from '../errors.js'
import { AnswerReader } from './answer-reader.js'
import { endOfHead, writeWhole } from './body-writer.js'
import { Deadline } from './deadline.js'
import type { Carrier, Exchange } from './exchange.js'
import { idleTimeout } from './framing.js'
import { type Pace, StreamWriter } from './stream-writer.js'
import type { Connector } from './tls-connector.js'

export interface ConnectionTimeouts {
  /** All ms, as in the options. */
  readonly connect: number
  readonly headers: number
  readonly body: number
}

/** Who gives a connection its work. */
export interface ConnectionOwner {
  /** It can have an exchange: the first one, or another one. */
  onFree(connection: Connection): void
  /** It is of no use any more; called once. An exchange on it has not heard of that yet. */
  onGone(connection: Connection, reason: Error): void
}

export class Connection implements Carrier, Pace {
  /** For whom it was opened; null once it has had an exchange. */
  initiator: Exchange | null
  /** By `performance.now()`. */
  readonly openedAt = performance.now()
  readonly #socket: TLSSocket
  readonly #owner: ConnectionOwner
  readonly #timeouts: ConnectionTimeouts
  readonly #deadline: Deadline
  readonly #reader = new AnswerReader()
  #exchange: Exchange | null = null
  /** Something of the request has been written. */
  #isAsked = false
  /** The body of the request has not been written to its end. */
  #isWriting = false
  #isPaused = false
  #isOpen = false
  #isGone = false

  constructor(
    connect: Connector,
    timeouts: ConnectionTimeouts,
    owner: ConnectionOwner,
    initiator: Exchange,
  ) {
    this.#owner = owner
    this.#timeouts = timeouts
    this.initiator = initiator
    const shortest = Math.min(timeouts.headers, timeouts.body, idleTimeout)
    this.#deadline = new Deadline(shortest, () => this.#onDeadline())
    this.#socket = connect((length, buffer) => this.#onRead(length, buffer))
      // Once: Node tells of every handshake, and one in the middle of an exchange makes no room for another exchange.
      .once('secureConnect', () => this.#onOpen())
      .on('error', (error) => this.#end(error))
      .on('end', () => this.#onEnd())
      .on('close', () => this.#end(lost('the connection was closed')))
    this.#deadline.set(timeouts.connect)
  }

  /** It has had an exchange. */
  get isUsed(): boolean {
    return this.initiator === null
  }

  /** Sends the request of an exchange and hands its answer on. */
  run(exchange: Exchange): void {
    this.initiator = null
    this.#exchange = exchange
    exchange.carrier = this
    this.#socket.ref()
    this.#reader.begin(exchange.method)
    this.#deadline.set(this.#timeouts.headers)
    this.#isAsked = true
    this.#write(exchange)
  }

  pause(): void {
    this.#isPaused = true
    this.#deadline.clear()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#deadline.set(this.#timeouts.body)
    this.#socket.resume()
  }

  cut(reason: Error): void {
    this.#end(reason)
  }

  onBegun(): void {
    this.#isAsked = true
  }

  onBlocked(): void {
    if (!this.#isGone && !this.#reader.hasStarted) this.#deadline.set(this.#timeouts.headers)
  }

  onWaiting(): void {
    if (this.#isWriting && !this.#reader.hasStarted) this.#deadline.clear()
  }

  onWritten(exchange: Exchange): void {
    if (exchange !== this.#exchange) return
    this.#isWriting = false
    if (!this.#reader.hasStarted) this.#deadline.set(this.#timeouts.headers)
  }

  /** Resolves when the socket is closed. */
  close(reason: Error): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.closed) resolve()
      else this.#socket.once('close', () => resolve())
      this.#end(reason)
    })
  }

  #write(exchange: Exchange): void {
    const { body } = exchange
    if (body === null) this.#socket.write(exchange.head + endOfHead(exchange.method), 'latin1')
    else if (Buffer.isBuffer(body.content)) {
      writeWhole(this.#socket, exchange, body.content, body.length)
    } else {
      this.#isWriting = true
      this.#isAsked = false
      this.onWaiting()
      body.content.readTo(new StreamWriter(this.#socket, exchange, body.content, body.length, this))
    }
  }

  #onOpen(): void {
    this.#isOpen = true
    this.#wait(idleTimeout)
  }

  #wait(ms: number): void {
    this.#socket.unref()
    this.#deadline.set(ms)
    this.#owner.onFree(this)
  }

  /** @returns whether to read on */
  #onRead(length: number, buffer: Buffer): boolean {
    const exchange = this.#exchange
    if (exchange === null || !this.#isAsked) {
      this.#end(unasked())
      return false
    }
    try {
      const bytes = buffer.subarray(0, length)
      const at = this.#reader.read(bytes, exchange)
      if (exchange !== this.#exchange) return false
      if (this.#reader.isComplete) this.#complete(exchange, at < length)
      else if (this.#reader.hasStarted) this.#onPartRead(exchange)
    } catch (error) {
      this.#end(error instanceof Error ? error : lost('the answer could not be handed on'))
    }
    return !this.#isPaused
  }

  #onPartRead(exchange: Exchange): void {
    if (!this.#isPaused) this.#deadline.set(this.#timeouts.body)
    exchange.more()
  }

  /** @param isFollowed - by bytes that belong to no answer */
  #complete(exchange: Exchange, isFollowed: boolean): void {
    this.#exchange = null
    this.resume()
    const { idleTime } = this.#reader
    // A request whose body nobody waits for any more can't be followed by another one.
    if (isFollowed || this.#isWriting || exchange.isLast || idleTime === 0) this.#end(unasked())
    else this.#wait(idleTime)
    exchange.end()
  }

  #onEnd(): void {
    const exchange = this.#exchange
    if (exchange !== null && this.#reader.isCompleteAtEnd()) {
      this.#complete(exchange, false)
    } else if (this.#reader.hasStarted && this.#reader.idleTime === 0) {
      this.#end(new UpstreamProtocolError({ cause: new Error('the answer was cut short') }))
    } else this.#end(lost('the other side closed the connection'))
  }

  #onDeadline(): void {
    this.#end(new UpstreamTimeoutError({ cause: new Error(this.#waitedFor()) }))
  }

  #waitedFor(): string {
    if (!this.#isOpen) return 'no connection in time'
    if (this.#exchange === null) return 'the connection was idle'
    return this.#reader.hasStarted ? 'no part of the body in time' : 'no headers in time'
  }

  #end(reason: Error): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#deadline.stop()
    this.#socket.destroy()
    const exchange = this.#exchange
    this.#exchange = null
    this.#owner.onGone(this, reason)
    exchange?.fail(reason)
  }
}

const lost = (what: string): Error => new UpstreamUnreachableError({ cause: new Error(what) })

const unasked = (): Error =>
  new UpstreamProtocolError({ cause: new Error('bytes that no request asked for') })
