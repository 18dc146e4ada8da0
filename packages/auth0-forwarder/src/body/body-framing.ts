/**
 * The body of a request: how long it says it is, and whether it is there to be passed on.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import {
  AmbiguousFramingError,
  BodyAlreadyReadError,
  BodyTooLargeError,
  UnexpectedBodyError,
} from '../errors.js'

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
