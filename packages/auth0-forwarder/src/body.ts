/**
 * The body of a request: how long it says it is, and the stream of it, counted.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { UnconfirmedError } from './confirmation.js'
import {
  AmbiguousFramingError,
  BodyAlreadyReadError,
  BodyTooLargeError,
  ClientClosedRequestError,
  UnexpectedBodyError,
} from './errors.js'

/** `none`, or a body of `length` bytes (null: chunked, its end is known when it comes). */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'body'; readonly length: number | null }

const none: BodyFraming = { kind: 'none' }
const chunked: BodyFraming = { kind: 'body', length: null }
const digits = /^\d{1,15}$/

/**
 * Reads how the body of a request is framed.
 *
 * @throws FST_AUTH0_FORWARDER_AMBIGUOUS_FRAMING where two readers could find two lengths
 * @throws FST_AUTH0_FORWARDER_BODY_TOO_LARGE where the Content-Length is over `maxBytes`
 */
export function readBodyFraming(request: FastifyRequest, maxBytes: number): BodyFraming {
  const { raw } = request
  const encoding = request.headers['transfer-encoding']
  const length = request.headers['content-length']
  if (encoding !== undefined) {
    // Another coding before `chunked` would be undone by nobody; `xchunked` is read as chunked by some.
    if (length !== undefined) throw new AmbiguousFramingError()
    if (encoding.toLowerCase() !== 'chunked') throw new AmbiguousFramingError()
    return chunked
  }
  if (length === undefined) return isHttp2WithBody(raw) ? chunked : none
  if (!digits.test(length)) throw new AmbiguousFramingError()
  const bytes = Number(length)
  if (bytes > maxBytes) throw new BodyTooLargeError()
  return bytes === 0 ? none : { kind: 'body', length: bytes }
}

/** HTTP/2 needs neither header for a body: a request without one ends with its headers. */
function isHttp2WithBody(raw: IncomingMessage): boolean {
  if (raw.httpVersionMajor !== 2) return false
  const stream: unknown = Reflect.get(raw, 'stream')
  return typeof stream === 'object' && stream !== null && !Reflect.get(stream, 'endAfterHeaders')
}

/**
 * Checks that the body is there to be passed on, untouched.
 *
 * A GET or HEAD with a body is refused: it has no meaning, and caches and servers disagree about where it ends.
 *
 * @throws FST_AUTH0_FORWARDER_BODY_ALREADY_READ
 * @throws FST_AUTH0_FORWARDER_UNEXPECTED_BODY
 */
export function checkBodyIsUnread(request: FastifyRequest, framing: BodyFraming): void {
  const { body, raw } = request
  if (body !== undefined && body !== null && body !== raw) throw new BodyAlreadyReadError()
  if (framing.kind === 'none') return
  if (raw.readableDidRead) throw new BodyAlreadyReadError()
  if (body !== raw && !isUndeclared(request)) throw new UnexpectedBodyError()
}

/**
 * Whether no header tells of the body, as HTTP/2 allows: Fastify then takes the request for one without, and calls no parser. Many
 * clients end a stream by an empty part of a body, also where they have none.
 */
function isUndeclared({ body, method, raw }: FastifyRequest): boolean {
  if (raw.httpVersionMajor !== 2 || body !== undefined) return false
  return method !== 'GET' && method !== 'HEAD'
}

/**
 * A body up to this size, in bytes, is waited for before a connection to the target is taken: a client that begins one and
 * never ends it then holds nothing but its own connection. Token requests are a few kilobytes; what is larger streams.
 */
const GATHERED_BYTES = 65_536

/** A part takes some 200 bytes more than what is in it, and a client may send byte by byte: so many at the most are kept as they came. */
const MOST_PARTS = 256

/** What is sent as the body; `isStreaming` where the client has yet to send the rest of it. */
export interface OutgoingBody {
  readonly content: Readable | Buffer
  /** As the client said, bytes; null: it goes on chunked, as it came. */
  readonly length: number | null
  readonly isStreaming: boolean
}

/**
 * Waits for a small body, or for the beginning of a large one. The parts go on in the form they came in: of known length, or
 * chunked. Over the limit, and when the client goes away, it fails; a stream fails too, whereupon the request to the target
 * is aborted, never completed.
 *
 * @param confirm called before anything of it goes on, and again before each further part and the end; it fails with what that throws
 *
 * The client's stream is never destroyed by it: on a failure of the target its connection is needed for the answer.
 *
 * @throws FST_AUTH0_FORWARDER_BODY_TOO_LARGE
 * @throws FST_AUTH0_FORWARDER_CLIENT_CLOSED_REQUEST
 */
export function gatherBody(
  raw: IncomingMessage,
  length: number | null,
  maxBytes: number,
  confirm: () => void,
): Promise<OutgoingBody> {
  return new Promise((resolve, reject) => {
    let gathered: Buffer[] = []
    let bytes = 0
    /** All has come, and nothing that these listeners still hear of is about this body. They stay as long as the request. */
    let isWhole = false

    function onData(part: Buffer): void {
      gathered.push(part)
      bytes += part.length
      if (gathered.length > MOST_PARTS) gathered = [Buffer.concat(gathered)]
      if (bytes > maxBytes) fail(new BodyTooLargeError())
      else if (bytes > GATHERED_BYTES) {
        release()
        const content = Readable.from(continueWith(gathered, raw, maxBytes, confirm))
        resolve({ content, length, isStreaming: true })
      }
    }
    function onEnd(): void {
      // A stream of HTTP/2 that is reset ends like one that is complete.
      if (raw.aborted) {
        onLost()
        return
      }
      isWhole = true
      try {
        confirm()
      } catch (error) {
        reject(error)
        return
      }
      const [first] = gathered
      const whole = gathered.length === 1 && first ? first : Buffer.concat(gathered)
      gathered = []
      resolve({ content: whole, length, isStreaming: false })
    }
    function onLost(cause?: unknown): void {
      if (!isWhole) fail(new ClientClosedRequestError({ cause }))
    }
    function fail(error: Error): void {
      release()
      reject(error)
    }
    function release(): void {
      raw.pause()
      raw.off('data', onData).off('end', onEnd).off('error', onLost).off('close', onLost)
    }

    raw.on('data', onData).on('end', onEnd).on('error', onLost).on('close', onLost)
  })
}

/** What has come, and what is yet to come. */
async function* continueWith(
  gathered: readonly Buffer[],
  raw: IncomingMessage,
  maxBytes: number,
  confirm: () => void,
): AsyncGenerator<Uint8Array> {
  let bytes = gathered.reduce((sum, part) => sum + part.length, 0)
  try {
    confirm()
    yield* gathered
    for await (const part of raw.iterator({ destroyOnReturn: false })) {
      bytes += part.length
      if (bytes > maxBytes) throw new BodyTooLargeError()
      confirm()
      yield part
    }
    // As above.
    if (raw.aborted) throw new ClientClosedRequestError()
    confirm()
  } catch (error) {
    if (isOurs(error)) throw error
    throw new ClientClosedRequestError({ cause: error })
  }
}

const isOurs = (error: unknown): boolean =>
  error instanceof BodyTooLargeError ||
  error instanceof ClientClosedRequestError ||
  error instanceof UnconfirmedError
