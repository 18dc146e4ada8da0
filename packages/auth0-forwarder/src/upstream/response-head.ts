/**
 * The head of an answer: status line and fields, read strictly. What two readers could read in two ways is refused, since the
 * second one would stand behind this edge.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-4
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-5
 */
import { lowerCaseName } from './field-name.js'
import { malformed } from './malformed-answer.js'

export interface ResponseHead {
  /** HTTP/1.0 answers are read too; their connection ends with them. */
  readonly minorVersion: 0 | 1
  /** From 100 to 599: no client knows a status beyond. */
  readonly statusCode: number
  /** Name in lower case and value in turn, in their order. */
  readonly fields: readonly string[]
}

/** Servers leave the space before an empty reason out, though they must not (RFC 9112 section 4). */
const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
/** A lone CR or LF is among them, and so is a folded line. */
const notInValues = /[^\t\x20-\x7e\x80-\xff]/
/** An answer of Auth0 has some forty. */
const maxFields = 256

/**
 * Reads the head of an answer.
 *
 * @param text - latin1, from the first byte up to the empty line, without the CRLF in front of it
 * @throws FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL
 */
export function readResponseHead(text: string): ResponseHead {
  const lineEnd = endOfLine(text, 0)
  const [, minor, status] = statusLine.exec(text.slice(0, lineEnd)) ?? []
  if (status === undefined) throw malformed('the status line is none')
  return {
    minorVersion: minor === '1' ? 1 : 0,
    statusCode: Number(status),
    fields: readFields(text, lineEnd + 2),
  }
}

function readFields(text: string, from: number): readonly string[] {
  const fields: string[] = []
  let at = from
  while (at < text.length) {
    if (fields.length >= maxFields * 2) throw malformed('too many fields')
    const lineEnd = endOfLine(text, at)
    const colon = text.indexOf(':', at)
    if (colon === -1 || colon > lineEnd) throw malformed('a field without a colon')
    const name = lowerCaseName(text.slice(at, colon))
    if (name === null) throw malformed('the name of a field is no token')
    const value = trimmed(text, colon + 1, lineEnd)
    if (notInValues.test(value)) throw malformed('a control character in a field')
    fields.push(name, value)
    at = lineEnd + 2
  }
  return fields
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\r\n', from)
  return end === -1 ? text.length : end
}

/** Without the spaces and tabs around it; other whitespace is not optional, but wrong. */
function trimmed(text: string, from: number, to: number): string {
  let [start, end] = [from, to]
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/** All values of a field, in their order. */
export function valuesOf(fields: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] === name) values.push(fields[at + 1] ?? '')
  }
  return values
}
