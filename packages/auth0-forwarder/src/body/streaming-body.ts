import type { IncomingMessage } from 'node:http'
import { BodyTooLargeError, ClientClosedRequestError } from '../errors.js'

/** Who a body is handed to: parts first, then one of `onEnd` and `onFailure`, at most once. */
export interface BodyReceiver {
  /** @returns whether more is wanted at once; else {@link StreamingBody.resume} asks for it */
  onPart(part: Buffer): boolean
  onEnd(): void
  onFailure(error: Error): void
}

/**
 * A body that the client has yet to send the rest of. It is read as fast as its receiver takes it; until there is one, and after
 * it is dropped, nothing is read. The client's stream is never destroyed.
 */
export class StreamingBody {
  readonly #raw: IncomingMessage
  readonly #maxBytes: number
  readonly #confirm: () => void
  /** What had come before there was a receiver. */
  #gathered: readonly Buffer[]
  #bytes = 0
  #receiver: BodyReceiver | null = null
  #isOver = false

  /**
   * @param gathered - what has come of it
   * @param raw - what is yet to come; paused
   * @param maxBytes - of both together
   * @param confirm - called before each part and the end; the body fails with what it throws
   */
  constructor(
    gathered: readonly Buffer[],
    raw: IncomingMessage,
    maxBytes: number,
    confirm: () => void,
  ) {
    this.#gathered = gathered
    this.#raw = raw
    this.#maxBytes = maxBytes
    this.#confirm = confirm
  }

  /** Hands on what has come, before it returns, and then what comes. */
  readTo(receiver: BodyReceiver): void {
    if (this.#isOver) return
    this.#receiver = receiver
    const raw = this.#raw
    raw.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onLost)
    raw.on('close', this.#onLost)
    const gathered = this.#gathered
    this.#gathered = []
    let isMoreWanted = true
    for (const part of gathered) isMoreWanted = this.#handOn(part, receiver)
    // Its 'end' has been and gone: it goes with the last part that Node has, paused or not. Or its 'close' has, alone.
    if (raw.readableEnded) this.#onEnd()
    else if (raw.destroyed) this.#onLost()
    else if (isMoreWanted) this.resume()
  }

  /** The receiver takes more. */
  resume(): void {
    if (!this.#isOver) this.#raw.resume()
  }

  /** Nobody wants the rest. */
  drop(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#gathered = []
    this.#receiver = null
    const raw = this.#raw
    raw.pause()
    raw.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onLost)
    raw.off('close', this.#onLost)
  }

  readonly #onData = (part: Buffer): void => {
    const receiver = this.#receiver
    if (receiver !== null && !this.#handOn(part, receiver)) this.#raw.pause()
  }

  readonly #onEnd = (): void => {
    const receiver = this.#receiver
    // A stream of HTTP/2 that is reset ends like one that is complete.
    if (this.#raw.aborted) this.#onLost()
    else if (receiver !== null && this.#isConfirmed()) {
      this.drop()
      receiver.onEnd()
    }
  }

  readonly #onLost = (cause?: unknown): void => {
    this.#fail(new ClientClosedRequestError({ cause }))
  }

  #handOn(part: Buffer, receiver: BodyReceiver): boolean {
    if (this.#isOver) return false
    this.#bytes += part.length
    if (this.#bytes > this.#maxBytes) {
      this.#fail(new BodyTooLargeError())
      return false
    }
    return this.#isConfirmed() && receiver.onPart(part)
  }

  #isConfirmed(): boolean {
    try {
      this.#confirm()
      return true
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
      return false
    }
  }

  #fail(error: Error): void {
    const receiver = this.#receiver
    this.drop()
    receiver?.onFailure(error)
  }
}
