/**
 * Where the body of an answer ends, and whether its connection is good for another request.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3
 */
import { malformed } from './malformed-answer.js'
import { type ResponseHead, valuesOf } from './response-head.js'

export type AnswerFraming =
  | { readonly kind: 'none' | 'chunked' | 'until-close' }
  | { readonly kind: 'length'; readonly bytes: number }

const none = { kind: 'none' } as const
const chunked = { kind: 'chunked' } as const
const untilClose = { kind: 'until-close' } as const
const digits = /^\d{1,15}$/

/**
 * Reads how the body is framed. A Transfer-Encoding is `chunked` alone; a Content-Length is one number, once, and not beside it.
 *
 * @throws FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL where two readers could find two lengths
 */
export function readAnswerFraming(head: ResponseHead, method: string): AnswerFraming {
  const { fields, statusCode, minorVersion } = head
  let coding: string | null = null
  let length: string | null = null
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]
    if (name === 'content-length') {
      if (length !== null) throw malformed('more than one length')
      length = fields[at + 1] ?? ''
      if (!digits.test(length)) throw malformed('a length that is no number')
    } else if (name === 'transfer-encoding') {
      if (coding !== null) throw malformed('more than one transfer coding')
      coding = fields[at + 1] ?? ''
      // Nobody asked for another one, and none would undo it.
      if (coding.toLowerCase() !== 'chunked') throw malformed('a transfer coding unasked for')
      if (minorVersion === 0) throw malformed('a transfer coding in HTTP/1.0')
    }
  }
  if (coding !== null && length !== null) throw malformed('a length beside a transfer coding')
  if (method === 'HEAD' || isBodiless(statusCode)) return none
  if (coding !== null) return chunked
  if (length === null) return untilClose
  const bytes = Number(length)
  return bytes === 0 ? none : { kind: 'length', bytes }
}

const isBodiless = (statusCode: number): boolean =>
  statusCode < 200 || statusCode === 204 || statusCode === 304

/** An idle connection is closed after this, ms: well below the 60 s and more after which servers close theirs. */
export const idleTimeout = 30_000
/** The longest that the target's own `Keep-Alive: timeout` may keep an idle connection, ms. */
const longestIdleTimeout = 60_000
/** So much before the target may close it, ms: what is sent then would be lost. */
const beforeTheirs = 1_000

const close = /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i
const timeout = /timeout=(\d{1,9})/i

/**
 * How long the connection may wait for another request after this answer, ms; 0: it ends with it.
 *
 * An answer that must not have a body, but names one, ends its connection: of a server that sends it nevertheless, the body
 * would be read as the next answer.
 */
export function readIdleTime(head: ResponseHead, framing: AnswerFraming): number {
  if (head.minorVersion === 0 || framing.kind === 'until-close') return 0
  if (isBodiless(head.statusCode) && namesBody(head)) return 0
  let hint: string | undefined
  for (let at = 0; at < head.fields.length; at += 2) {
    const name = head.fields[at]
    if (name === 'connection' && close.test(head.fields[at + 1] ?? '')) return 0
    if (name === 'keep-alive') hint ??= timeout.exec(head.fields[at + 1] ?? '')?.[1]
  }
  if (hint === undefined) return idleTimeout
  return Math.max(0, Math.min(Number(hint) * 1_000 - beforeTheirs, longestIdleTimeout))
}

function namesBody({ fields }: ResponseHead): boolean {
  const [length = '0'] = valuesOf(fields, 'content-length')
  return Number(length) !== 0 || valuesOf(fields, 'transfer-encoding').length > 0
}
