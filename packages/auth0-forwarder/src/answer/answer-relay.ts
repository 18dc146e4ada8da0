/**
 * From the target's answer to the client's. A body that comes in one piece, as a token does, or says that it is small, is sent in
 * one write with its headers; any other streams.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import { PartList } from '../body/part-list.js'
import { ClientClosedRequestError } from '../errors.js'
import { buildResponseHeaders } from '../headers/response-headers.js'
import type { AnswerReceiver, Exchange } from '../upstream/exchange.js'
import { AnswerStream } from './answer-stream.js'
import { cutAnswer, isAnswerUnwanted, onceInTurn } from './client-stream.js'
import { answerFailure } from './failure-answer.js'

/** A body that says that it is no longer is waited for, bytes: a stream costs more than all else about it. */
const GATHERED_BYTES = 65_536

/** Nobody reads the answer: somebody else has answered, or the client has gone. */
const unwanted = new ClientClosedRequestError()

export class AnswerRelay implements AnswerReceiver {
  readonly #reply: FastifyReply
  #exchange: Exchange | null = null
  #headers: IncomingHttpHeaders = {}
  /** The first part, kept back until it is known whether it is all; of a small body all parts. */
  readonly #held = new PartList()
  #isSmall = false
  #stream: AnswerStream | null = null
  /** It is answered, or nobody waits any more. */
  #isDone = false

  constructor(reply: FastifyReply) {
    this.#reply = reply
  }

  onStart(statusCode: number, fields: readonly string[], exchange: Exchange): void {
    const reply = this.#reply
    if (isAnswerUnwanted(reply)) {
      this.#giveUp(exchange)
      return
    }
    this.#exchange = exchange
    this.#headers = buildResponseHeaders(statusCode, fields)
    this.#isSmall = Number(this.#headers['content-length']) <= GATHERED_BYTES
    reply.code(statusCode)
  }

  onPart(part: Buffer): boolean {
    if (this.#isDone) return true
    if (this.#stream !== null) return this.#stream.push(part)
    if (!this.#isSmall && !this.#held.isEmpty) return this.#startStream().push(part)
    this.#held.add(part)
    return true
  }

  onEnd(): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#complete()
  }

  onFailure(error: unknown): void {
    if (this.#isDone) return
    this.#isDone = true
    // Somebody else has answered, and that answer may be on its way still.
    if (this.#stream === null && this.#reply.sent) return
    if (this.#stream === null && this.#held.isEmpty) {
      answerFailure(this.#reply, error)
      return
    }
    const stream = this.#stream ?? this.#startStream()
    // What came before is passed on first: the client is to see that an answer began and broke off.
    setImmediate(() => stream.breakOff(error))
  }

  /** An answer of one piece would be over by now: this one streams. */
  onMore(): void {
    if (this.#isDone || this.#isSmall || this.#stream !== null) return
    if (!this.#held.isEmpty) this.#startStream()
  }

  #complete(): void {
    if (this.#stream !== null) this.#stream.end()
    // Fastify would make up a type where there is none.
    else if (this.#held.isEmpty) this.#sendInTurn()
    else if (this.#headers['content-type'] === undefined) this.#startStream().end()
    else this.#sendInTurn(this.#held.takeWhole())
  }

  #startStream(): AnswerStream {
    const stream = new AnswerStream(this.#reply, this.#exchange, Object.keys(this.#headers))
    this.#stream = stream
    for (const part of this.#held.takeAll()) stream.push(part)
    this.#sendInTurn(stream)
    return stream
  }

  #sendInTurn(payload?: Buffer | AnswerStream): void {
    const reply = this.#reply
    onceInTurn(reply, () => {
      // By then somebody else may have answered, or the target broken off.
      if (isAnswerUnwanted(reply)) return
      if (payload instanceof AnswerStream && payload.errored) answerFailure(reply, payload.errored)
      else this.#send(payload)
    })
  }

  #send(payload?: Buffer | AnswerStream): void {
    const reply = this.#reply
    try {
      reply.headers(this.#headers)
      // The next request on the connection stands behind a body that nobody reads any more.
      const { raw } = reply.request
      if (!raw.complete && raw.httpVersionMajor === 1) reply.header('connection', 'close')
      reply.send(payload)
    } catch (error) {
      // Headers that Node does not send over this version: a client that hears nothing of it would wait for ever.
      reply.log.error({ err: error }, "an answer can't be sent")
      cutAnswer(reply.raw)
    }
  }

  #giveUp(exchange: Exchange): void {
    this.#isDone = true
    exchange.abort(unwanted)
  }
}
