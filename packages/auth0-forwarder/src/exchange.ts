/**
 * One request and its answer on a connection to the target, at undici's lowest level: no stream, promise or signal of its own
 * is made for it.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { OutgoingBody } from './body.js'

/** Who is told of the answer: `onStart` first, then parts, and one of `onEnd` and `onFailure` at the end, at most once. */
export interface AnswerReceiver {
  onStart(statusCode: number, headers: IncomingHttpHeaders, exchange: Exchange): void
  /** @returns whether more is wanted at once; else {@link Exchange.resume} asks for it */
  onPart(part: Buffer): boolean
  onEnd(): void
  onFailure(error: unknown): void
}

export class Exchange implements Dispatcher.DispatchHandler {
  readonly #receiver: AnswerReceiver
  readonly #body: OutgoingBody | null
  readonly #release: () => void
  #controller: Dispatcher.DispatchController | null = null
  #reason: Error | null = null
  #isOver = false

  /** @param release - called once, when the connection is free for another request or gone */
  constructor(receiver: AnswerReceiver, body: OutgoingBody | null, release: () => void) {
    this.#receiver = receiver
    this.#body = body
    this.#release = release
  }

  /** Cuts it off. A request that still waits for a connection is never sent. */
  abort(reason: Error): void {
    if (this.#isOver) return
    this.#reason ??= reason
    this.#controller?.abort(this.#reason)
  }

  resume(): void {
    if (!this.#isOver) this.#controller?.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#reason !== null) controller.abort(this.#reason)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    // Interim responses are for this connection, or for a client that waits with its body: Node has answered that one.
    if (statusCode >= 200) this.#receiver.onStart(statusCode, headers, this)
  }

  onResponseData(controller: Dispatcher.DispatchController, part: Buffer): void {
    if (!this.#receiver.onPart(part)) controller.pause()
  }

  onResponseEnd(): void {
    this.#end()
    this.#receiver.onEnd()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end()
    const content = this.#body?.content
    if (content instanceof Readable) content.on('error', () => {}).destroy(error)
    this.#receiver.onFailure(error)
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#release()
  }
}
