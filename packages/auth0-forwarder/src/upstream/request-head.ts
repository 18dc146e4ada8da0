/**
 * The head of a request, as it is written: nothing that it is made of can begin another line, whoever the caller has it from.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3
 */
import { ForwardingFailedError } from '../errors.js'
import { lowerCaseName } from './field-name.js'

export interface UpstreamRequest {
  readonly method: string
  /** Target in origin form, sent as it is. */
  readonly path: string
  /** Name and value in turn. Host, Connection and the framing of the body are not among them. */
  readonly headers: readonly string[]
}

const method = /^[A-Z]+$/
const originForm = /^\/[\x21-\xff]*$/
/** What no value has: CR, LF and NUL above all, and what is no byte and would be cut to one. */
const notInValues = /[^\t\x20-\x7e\x80-\xff]/

/** Written by this client alone. Two of them, and the next server finds another request in a body. */
const ownNames = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
])

/**
 * Writes the request line and all fields but those of the body.
 *
 * @param connection - whether more requests are to follow on the connection
 * @returns latin1, without the empty line
 * @throws FST_AUTH0_FORWARDER_FORWARDING_FAILED for what can't be sent; the cause names no value
 */
export function writeRequestHead(
  request: UpstreamRequest,
  host: string,
  connection: 'keep-alive' | 'close',
): string {
  if (!method.test(request.method)) throw unsendable('a method')
  if (!originForm.test(request.path)) throw unsendable('a path')
  let head = `${request.method} ${request.path} HTTP/1.1\r\nhost: ${host}\r\nconnection: ${connection}\r\n`
  const { headers } = request
  if (headers.length % 2 !== 0) throw unsendable('a list of headers')
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? ''
    const value = headers[at + 1] ?? ''
    const lower = lowerCaseName(name)
    if (lower === null || ownNames.has(lower)) throw unsendable('the name of a header')
    if (!isSendable(lower, value)) throw unsendable(`the value of ${lower}`)
    head += `${name}: ${value}\r\n`
  }
  return head
}

/** Certificates looked at lately: two thirds of a head, and the same in each request of a connection. No other value is kept. */
const seenCertificates = new Set<string>()
const maxSeenCertificates = 256

function isSendable(name: string, value: string): boolean {
  if (name !== 'client-certificate') return !notInValues.test(value)
  if (seenCertificates.has(value)) return true
  if (notInValues.test(value)) return false
  if (seenCertificates.size >= maxSeenCertificates) seenCertificates.clear()
  seenCertificates.add(value)
  return true
}

function unsendable(what: string): Error {
  return new ForwardingFailedError({ cause: new Error(`${what} that can't be sent`) })
}
