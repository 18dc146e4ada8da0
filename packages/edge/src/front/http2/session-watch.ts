import {
  constants,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { HostServerLimits } from '../limits.js'
import { Budget } from './budget.js'
import {
  ANSWER_OVERHEAD,
  BODY_OVERHEAD,
  CUT_OFF_BODY,
  LINGER,
  REQUEST_OVERHEAD,
  SPARE_BYTES,
  SPARE_BYTES_PER_SECOND,
  UNANSWERED_REQUESTS,
  UNANSWERED_REQUESTS_PER_SECOND,
} from './limits.js'
import type { SessionRefusal, SessionRefused } from './session-refusal.js'
import { answerStream, REQUEST_TIMEOUT } from './stream-gate.js'

/** Turns of the event loop in which the end of an answer is looked for; it seldom takes two. Then it is looked for at each check. */
const TURNS = 10

/** A request at work. */
interface Work {
  readonly startedAt: number
  response: Http2ServerResponse | null
  /** Its answer is written, and maybe not sent. */
  isAnswered: boolean
}

/** What a watch needs of its host. */
export interface WatchContext {
  readonly limits: HostServerLimits
  readonly onRefused: (refused: SessionRefused) => void
}

/** One session, with what is counted of it. */
export class SessionWatch {
  readonly #session: ServerHttp2Session
  readonly #socket: TLSSocket
  readonly #remoteAddress: string | null
  readonly #context: WatchContext
  readonly #work = new Map<ServerHttp2Stream, Work>()
  readonly #openedAt = performance.now()
  readonly #spare = new Budget(SPARE_BYTES, SPARE_BYTES_PER_SECOND, this.#openedAt)
  readonly #unanswered = new Budget(
    UNANSWERED_REQUESTS,
    UNANSWERED_REQUESTS_PER_SECOND,
    this.#openedAt,
  )
  #requests = 0
  /** Since when there is no stream. */
  #idleSince = this.#openedAt
  /** When it began to end; null while it is open. */
  #endingSince: number | null = null
  #bytesRead: number
  #bytesWritten: number
  /** Bytes of requests since the last check. */
  #accounted = 0

  constructor(session: ServerHttp2Session, socket: TLSSocket, context: WatchContext) {
    this.#session = session
    this.#socket = socket
    this.#remoteAddress = socket.remoteAddress ?? null
    this.#context = context
    this.#bytesRead = socket.bytesRead
    this.#bytesWritten = socket.bytesWritten
    session.on('error', (cause: NodeJS.ErrnoException) => {
      // Others are of the socket: its peer has gone.
      if (cause.code?.startsWith('ERR_HTTP2_')) this.#report('http2_protocol_error', cause)
    })
  }

  get isIdle(): boolean {
    return this.#work.size === 0
  }

  get requests(): number {
    return this.#requests
  }

  /** A stream has begun. */
  begin(stream: ServerHttp2Stream): void {
    this.#requests += 1
    const work = { startedAt: performance.now(), response: null, isAnswered: false }
    this.#work.set(stream, work)
    // Node waits with the end until the request was read to its end. What was refused is never read, so that the stream, and its
    // place among the concurrent ones, would be held for ever, and whoever waits for 'close' would not learn of a reset.
    stream.once('finish', () => {
      work.isAnswered = true
      setImmediate(endAnswered, stream, TURNS)
    })
    stream.once('aborted', () => setImmediate(() => stream.destroy()))
    countData(stream, (bytes) => {
      this.#accounted += bytes * BODY_OVERHEAD
    })
    stream.once('aborted', () => this.#countUnanswered(stream))
    stream.once('close', () => this.#finish(stream))
  }

  /** Its request was read; `size` as RFC 9113 section 6.5.2 counts header sections, which is more than they take on the wire. */
  answerWith(response: Http2ServerResponse, size: number): void {
    this.#accounted += size + REQUEST_OVERHEAD
    const work = this.#work.get(response.stream)
    if (work !== undefined) work.response = response
  }

  /** Streams that it has go on; Node closes the connection after the last one. */
  end(): void {
    if (this.#endingSince !== null) return
    this.#endingSince = performance.now()
    this.#session.close()
  }

  /** Ends what is over its time, and the session where it was flooded. */
  check(now: number): void {
    this.#checkBytes(now)
    for (const [stream, work] of this.#work) this.#checkStream(stream, now - work.startedAt, work)
    if (this.#work.size === 0) this.#checkIdle(now)
    if (
      this.#session.pendingSettingsAck &&
      now - this.#openedAt > this.#context.limits.headersTimeout
    ) {
      this.#refuse('http2_settings_timeout', constants.NGHTTP2_SETTINGS_TIMEOUT)
    }
  }

  #checkBytes(now: number): void {
    const { bytesRead, bytesWritten } = this.#socket
    const answered = (bytesWritten - this.#bytesWritten) * ANSWER_OVERHEAD
    const isEnough = this.#spare.spend(bytesRead - this.#bytesRead, this.#accounted + answered, now)
    this.#bytesRead = bytesRead
    this.#bytesWritten = bytesWritten
    this.#accounted = 0
    if (!isEnough) this.#refuse('http2_flood', constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }

  /**
   * A body has its time, as on HTTP/1. What comes then, Auth0's answer and the client's reading of it, has the time of silence on
   * HTTP/1, but as a whole: silence of one stream can't be told from the outside while others, or PINGs, make noise.
   */
  #checkStream(stream: ServerHttp2Stream, age: number, { response, isAnswered }: Work): void {
    if (isAnswered) endAnswered(stream, 0)
    const { requestTimeout, inactivityTimeout } = this.#context.limits
    if (age > requestTimeout + inactivityTimeout) {
      stream.close(constants.NGHTTP2_CANCEL)
      stream.destroy()
    } else if (age > requestTimeout && !hasWholeRequest(stream)) {
      if (response === null || stream.headersSent) stream.close(constants.NGHTTP2_CANCEL)
      else answerStream(response, REQUEST_TIMEOUT)
    }
  }

  #checkIdle(now: number): void {
    const { headersTimeout, keepAliveTimeout } = this.#context.limits
    if (this.#endingSince !== null) {
      // Ended on our side, and the other one neither closes nor reads.
      if (now - Math.max(this.#endingSince, this.#idleSince) > LINGER) this.#socket.destroy()
    } else if (now - this.#idleSince > (this.#requests === 0 ? headersTimeout : keepAliveTimeout)) {
      this.end()
    }
  }

  #finish(stream: ServerHttp2Stream): void {
    if (!stream.endAfterHeaders && !stream.readableEnded) this.#accounted += CUT_OFF_BODY
    this.#work.delete(stream)
    this.#idleSince = performance.now()
  }

  /** An answer that is broken off has had its work, and may be broken off by Auth0: that is no sign of an attack. */
  #countUnanswered(stream: ServerHttp2Stream): void {
    if (stream.headersSent || this.#unanswered.spend(1, 0, performance.now())) return
    this.#refuse('http2_resets', constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }

  #refuse(reason: SessionRefusal, code: number): void {
    if (this.#session.destroyed) return
    this.#report(reason, null)
    this.#endingSince = performance.now()
    // Without an error, which would come back as an event; Node's types know only a missing one, which means no code.
    Reflect.apply(this.#session.destroy, this.#session, [null, code])
  }

  #report(reason: SessionRefusal, cause: Error | null): void {
    this.#context.onRefused({ reason, remoteAddress: this.#remoteAddress, cause })
  }
}

/**
 * Ends a stream whose answer has been sent. Before that, a reset would overtake the end of the answer, which is whole with its end
 * alone. A client that still sends gets a reset without an error, as RFC 9113 section 8.1 has it.
 */
function endAnswered(stream: ServerHttp2Stream, turns: number): void {
  if (stream.destroyed) return
  if (stream.closed || stream.state.localClose === 1) stream.destroy()
  else if (turns > 0) setImmediate(endAnswered, stream, turns - 1)
}

/** Tells of each part of a body, whether it is read or not: Node hands them all to `push`. */
function countData(stream: ServerHttp2Stream, onData: (bytes: number) => void): void {
  const push = stream.push
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk instanceof Uint8Array) onData(chunk.length)
    return push.call(stream, chunk, encoding)
  }
}

/** Whether the client has ended its side of the stream. */
function hasWholeRequest(stream: ServerHttp2Stream): boolean {
  if (stream.destroyed || stream.endAfterHeaders || stream.readableEnded) return true
  return stream.state.state === constants.NGHTTP2_STREAM_STATE_HALF_CLOSED_REMOTE
}
