import { DER_SEQUENCE } from './pem.js'

const BEGIN = '-----BEGIN X509 CRL-----'
const DASH = 0x2d

/** About 1 ms of decoding. */
const BYTES_PER_STEP = 256 * 1024

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
  // Of its own, not of the pool that small buffers share: it lives as long as the list.
  const der = Buffer.allocUnsafeSlow(Math.ceil((text.length * 3) / 4))
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
