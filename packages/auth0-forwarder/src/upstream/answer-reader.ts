/**
 * Reads answers from the bytes of a connection, one at a time: a state machine without a socket. What comes in how many pieces
 * makes no difference to what is read.
 */
import { UpstreamUnreachableError } from '../errors.js'
import { type BodyReader, openBody, type PartReceiver } from './body-reader.js'
import { readAnswerFraming, readIdleTime } from './framing.js'
import { HeadBuffer } from './head-buffer.js'
import { malformed } from './malformed-answer.js'
import { readResponseHead } from './response-head.js'

/** Interim answers before one answer: a server that sends them without end would hold the request without end. */
const maxInterim = 16

/** Who gets the answer. */
export interface AnswerSink extends PartReceiver {
  /** @param fields - name in lower case and value in turn */
  onStart(statusCode: number, fields: readonly string[]): void
}

export class AnswerReader {
  readonly #head = new HeadBuffer()
  #body: BodyReader | null = null
  #method = 'GET'
  #interim = 0
  /** The head of the answer, not of an interim one, has been read. */
  hasStarted = false
  isComplete = false
  /** How long the connection may wait for another request afterwards, ms; 0: it ends with the answer. */
  idleTime = 0

  /** Gets ready for the answer to a request of this method. */
  begin(method: string): void {
    this.#method = method
    this.#body = null
    this.#interim = 0
    this.hasStarted = false
    this.isComplete = false
    this.idleTime = 0
  }

  /**
   * Reads what has come.
   *
   * @returns where it stopped: what is behind the end of the answer belongs to no answer that was asked for
   * @throws FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL for what is no answer, UPSTREAM_UNREACHABLE where the protocol is switched
   */
  read(bytes: Buffer, sink: AnswerSink): number {
    let at = 0
    while (!this.hasStarted && at < bytes.length) {
      const text = this.#head.add(bytes, at)
      if (text === null) return bytes.length
      at = this.#head.bodyAt
      this.#readHead(text, sink)
    }
    if (this.#body !== null) {
      at = this.#body.read(bytes, at, sink)
      this.isComplete = this.#body.isComplete
    }
    return at
  }

  /** The connection has ended. Whether that completes the answer. */
  isCompleteAtEnd(): boolean {
    return this.isComplete || (this.#body?.endsWithConnection ?? false)
  }

  #readHead(text: string, sink: AnswerSink): void {
    const head = readResponseHead(text)
    if (head.statusCode < 200) {
      if (head.statusCode === 101) throw switchedProtocols()
      // For this connection, or for a client that waits with its body: Node has answered that one.
      this.#interim += 1
      if (this.#interim > maxInterim) throw malformed('too many interim answers')
      return
    }
    const framing = readAnswerFraming(head, this.#method)
    this.idleTime = readIdleTime(head, framing)
    this.#body = openBody(framing)
    this.hasStarted = true
    this.isComplete = this.#body === null
    sink.onStart(head.statusCode, head.fields)
  }
}

const switchedProtocols = (): Error =>
  new UpstreamUnreachableError({ cause: new Error('the target switched protocols unasked') })
