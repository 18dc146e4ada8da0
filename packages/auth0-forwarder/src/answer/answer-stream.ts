import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { ClientClosedRequestError } from '../errors.js'
import type { Exchange } from '../upstream/exchange.js'
import { translateFailure } from '../upstream/upstream-failure.js'
import { cutAnswer } from './client-stream.js'

/** The body of an answer on its way to the client, as fast as the client reads. */
export class AnswerStream extends Readable {
  readonly #reply: FastifyReply
  readonly #exchange: Exchange | null
  readonly #names: readonly string[]

  /** @param names - of the headers that go with it */
  constructor(reply: FastifyReply, exchange: Exchange | null, names: readonly string[]) {
    super()
    this.#reply = reply
    this.#exchange = exchange
    this.#names = names
    // Fastify listens when its hooks are through, or never where it is answered otherwise: a target that breaks off before that would
    // end the process.
    this.on('error', () => {})
  }

  /** All has come. */
  end(): void {
    this.push(null)
  }

  /** No more will come, and that was not all: it is never completed as if whole. */
  breakOff(error: unknown): void {
    this.destroy(translateFailure(error))
  }

  override _read(): void {
    this.#exchange?.resume()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // An answer that came whole ends here too: an error, which costs more than all else here, is made for the others alone.
    if (this.#exchange?.isOver === false) this.#exchange.abort(new ClientClosedRequestError())
    if (error !== null) this.#spoil()
    callback(error)
  }

  /** Fastify ends the connection of an answer that has begun; over HTTP/2 that would be a reset without an error. */
  #spoil(): void {
    const { raw, request } = this.#reply
    if (!raw.headersSent) this.#takeBack()
    else if (request.raw.httpVersionMajor === 2) cutAnswer(raw)
  }

  /**
   * Fastify answers with the error then, and the headers of the answer that will not come are not of it. Node takes the
   * removal of Date as a wish for an answer without one; the target's may stay.
   */
  #takeBack(): void {
    for (const name of this.#names) {
      if (name !== 'date' && this.#reply.hasHeader(name)) this.#reply.removeHeader(name)
    }
  }
}
