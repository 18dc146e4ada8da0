/** One request and its answer: waiting for a connection, then on one. No stream, promise or signal of its own is made for it. */
import type { OutgoingBody } from '../body/gather-body.js'
import { StreamingBody } from '../body/streaming-body.js'
import type { AnswerSink } from './answer-reader.js'

/** Who is told of the answer: `onStart` first, then parts, and one of `onEnd` and `onFailure` at the end, at most once. */
export interface AnswerReceiver {
  /** @param fields - name in lower case and value in turn */
  onStart(statusCode: number, fields: readonly string[], exchange: Exchange): void
  /** @returns whether more is wanted at once; else {@link Exchange.resume} asks for it */
  onPart(part: Buffer): boolean
  /** What has come is handed on, and was not all. */
  onMore(): void
  onEnd(): void
  onFailure(error: unknown): void
}

/** What an exchange sends, but for the body. */
export interface ExchangeRequest {
  readonly method: string
  /** Request line and fields as they are written, but for those of the body. */
  readonly head: string
  /** The connection can't have another request after this one. */
  readonly isLast: boolean
  /** Throws where it is not to be sent any more. */
  readonly confirm: () => void
}

/** The connection that an exchange is on. */
export interface Carrier {
  /** Reads no more of the answer. */
  pause(): void
  resume(): void
  /** Ends the connection, and with it the exchange. */
  cut(reason: Error): void
}

export class Exchange implements AnswerSink {
  readonly method: string
  readonly head: string
  readonly body: OutgoingBody | null
  readonly isLast: boolean
  /** By `performance.now()`. */
  readonly beganAt = performance.now()
  /** Null while it waits for a connection. */
  carrier: Carrier | null = null
  /** A connection was opened for it. */
  hasAttempt = false
  /** While it waits for a connection: who stands before it and behind it. The line's own business. */
  ahead: Exchange | null = null
  behind: Exchange | null = null
  readonly #confirm: () => void
  readonly #receiver: AnswerReceiver
  readonly #release: (exchange: Exchange) => void
  #isOver = false

  /** @param release - called once, when it is answered or has failed, before the receiver hears of it */
  constructor(
    request: ExchangeRequest,
    body: OutgoingBody | null,
    receiver: AnswerReceiver,
    release: (exchange: Exchange) => void,
  ) {
    this.method = request.method
    this.head = request.head
    this.isLast = request.isLast
    this.#confirm = request.confirm
    this.body = body
    this.#receiver = receiver
    this.#release = release
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether it is still to be sent; where not, it has failed. */
  isConfirmed(): boolean {
    try {
      this.#confirm()
      return true
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)))
      return false
    }
  }

  /** Cuts it off. A request that still waits for a connection is never sent. */
  abort(reason: Error): void {
    if (this.#isOver) return
    if (this.carrier === null) this.fail(reason)
    else this.carrier.cut(reason)
  }

  resume(): void {
    if (!this.#isOver) this.carrier?.resume()
  }

  onStart(statusCode: number, fields: readonly string[]): void {
    if (!this.#isOver) this.#receiver.onStart(statusCode, fields, this)
  }

  onPart(part: Buffer): void {
    if (!this.#isOver && !this.#receiver.onPart(part)) this.carrier?.pause()
  }

  /** What has been read is handed on, and was not all. */
  more(): void {
    if (!this.#isOver) this.#receiver.onMore()
  }

  /** All of the answer has come. */
  end(): void {
    if (this.#isOver) return
    this.#end()
    this.#receiver.onEnd()
  }

  fail(error: Error): void {
    if (this.#isOver) return
    this.#end()
    this.#receiver.onFailure(error)
  }

  #end(): void {
    this.#isOver = true
    this.carrier = null
    const content = this.body?.content
    if (content instanceof StreamingBody) content.drop()
    this.#release(this)
  }
}
