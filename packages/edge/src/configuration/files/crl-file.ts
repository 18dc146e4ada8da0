import { DER_SEQUENCE } from './pem.js'

const BEGIN = '-----BEGIN X509 CRL-----'
const DASH = 0x2d
const NEWLINE = 0x0a

/** About 1 ms of decoding. */
const BYTES_PER_STEP = 256 * 1024

/** RFC 7468 has lines of 64 characters; a file in one line would be decoded in one step. */
const LONGEST_LINE = 1024

/** Each step leaves the rest for later: a list of a million entries has 47 MB in PEM, which take a third of a second. */
type Steps<T> = Generator<undefined, T>

/**
 * Splits a CRL file into its lists: DER with one of them, or PEM with one or more. What is between the blocks, and blocks of
 * other kinds, are passed over; `null` where there is no list.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7468#section-6
 */
export function* splitCrlFile(bytes: Uint8Array): Steps<readonly Uint8Array[] | null> {
  if (bytes[0] === DER_SEQUENCE) return [bytes]
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const lists: Uint8Array[] = []
  let at = text.indexOf(BEGIN)
  while (at >= 0) {
    const from = at + BEGIN.length
    // Base64 has no dash: the first one begins the line that ends the block.
    const to = text.indexOf(DASH, from)
    if (to < 0) break
    lists.push(yield* decodeBase64(text.subarray(from, to)))
    at = text.indexOf(BEGIN, to)
  }
  return lists.length === 0 ? null : lists
}

/** Splits a file all at once. */
export function splitCrlFileAtOnce(bytes: Uint8Array): readonly Uint8Array[] | null {
  const steps = splitCrlFile(bytes)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** What is no base64 is left out, and makes DER that can't be read. */
function* decodeBase64(text: Buffer): Steps<Uint8Array> {
  const der = yield* decodeLines(text)
  return der ?? (yield* decodeAny(text))
}

/**
 * Decodes lines of one length, as all programs write them, which takes half the time: `null` where they are others. What is cut
 * anywhere else than at a multiple of four characters comes out too short, which the length in the DER shows.
 */
function* decodeLines(text: Buffer): Steps<Uint8Array | null> {
  const from = text.indexOf(NEWLINE) + 1
  const line = text.indexOf(NEWLINE, from) + 1 - from
  if (from === 0 || line <= 1 || line > LONGEST_LINE) return null
  const step = line * Math.ceil(BYTES_PER_STEP / line)
  const der = reserve(text.length)
  let size = 0
  for (let at = from; at < text.length; at += step) {
    size += der.write(text.toString('latin1', at, Math.min(at + step, text.length)), size, 'base64')
    yield
  }
  return lengthOf(der) === size ? der.subarray(0, size) : null
}

/** How long the element in DER is that begins there, in bytes, as it says. */
function lengthOf(der: Buffer): number | null {
  const first = der[1] ?? 0
  const count = first & 0x7f
  if (first < 0x80) return 2 + first
  return count >= 1 && count <= 4 && der.length >= 2 + count
    ? 2 + count + der.readUIntBE(2, count)
    : null
}

function* decodeAny(text: Buffer): Steps<Uint8Array> {
  const der = reserve(text.length)
  let size = 0
  let rest = ''
  for (let at = 0; at < text.length; at += BYTES_PER_STEP) {
    const characters = rest + text.toString('latin1', at, at + BYTES_PER_STEP).replace(/\s+/g, '')
    const isLast = at + BYTES_PER_STEP >= text.length
    const whole = isLast ? characters.length : characters.length - (characters.length % 4)
    size += der.write(characters.slice(0, whole), size, 'base64')
    rest = characters.slice(whole)
    if (!isLast) yield
  }
  return der.subarray(0, size)
}

/** Of its own, not of the pool that small buffers share: it lives as long as the list. */
function reserve(characters: number): Buffer {
  return Buffer.allocUnsafeSlow(Math.ceil((characters * 3) / 4))
}
