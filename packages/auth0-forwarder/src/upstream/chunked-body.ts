/**
 * The chunked transfer coding, read strictly: no other line end than CRLF, no space around a size, and a bound on everything that
 * is not the body. Extensions and trailers are dropped.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
import type { BodyReader, PartReceiver } from './body-reader.js'
import { malformed } from './malformed-answer.js'

/** Hexadecimal digits of a size: what a number holds exactly. */
const maxSizeDigits = 12
/**
 * Extensions and trailers of one answer, bytes. Without a bound a body of nothing but these goes on for ever (as in
 * CVE-2024-22019).
 */
const maxExtraBytes = 16_384

const CR = 0x0d
const LF = 0x0a

/** What the next byte is of. */
type State =
  | 'size'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer-start'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-lf'
  | 'last-lf'
  | 'end'

export class ChunkedBody implements BodyReader {
  readonly endsWithConnection = false
  #state: State = 'size'
  #digits = 0
  /** Of the chunk, bytes that are yet to come. */
  #left = 0
  #extra = 0

  get isComplete(): boolean {
    return this.#state === 'end'
  }

  /** Hands on what one read brings in one part, however many chunks it is cut into; before it fails too. */
  read(bytes: Buffer, from: number, receiver: PartReceiver): number {
    const part = Buffer.allocUnsafe(bytes.length - from)
    let length = 0
    let at = from
    try {
      while (at < bytes.length && this.#state !== 'end') {
        if (this.#state === 'data') {
          const to = Math.min(bytes.length, at + this.#left)
          length += bytes.copy(part, length, at, to)
          this.#left -= to - at
          if (this.#left === 0) this.#state = 'data-cr'
          at = to
        } else {
          this.#step(bytes[at] ?? 0)
          at += 1
        }
      }
    } finally {
      if (length > 0) receiver.onPart(part.subarray(0, length))
    }
    return at
  }

  #step(byte: number): void {
    switch (this.#state) {
      case 'size':
        this.#readSize(byte)
        break
      case 'extension':
        if (byte === CR) this.#state = 'size-lf'
        else this.#countExtra(byte)
        break
      case 'size-lf':
        expect(byte, LF)
        this.#state = this.#left === 0 ? 'trailer-start' : 'data'
        break
      case 'data-cr':
        expect(byte, CR)
        this.#state = 'data-lf'
        break
      case 'data-lf':
        expect(byte, LF)
        this.#digits = 0
        this.#state = 'size'
        break
      default:
        this.#readTrailer(byte)
    }
  }

  #readSize(byte: number): void {
    const digit = hexadecimal(byte)
    if (digit !== -1) {
      this.#digits += 1
      if (this.#digits > maxSizeDigits) throw malformed('a chunk is too large')
      this.#left = this.#left * 16 + digit
      return
    }
    if (this.#digits === 0) throw malformed('a chunk without a size')
    if (byte === CR) this.#state = 'size-lf'
    else if (byte === 0x3b) this.#state = 'extension'
    else throw malformed('the size of a chunk is no number')
  }

  #readTrailer(byte: number): void {
    switch (this.#state) {
      case 'trailer-start':
        if (byte === CR) this.#state = 'last-lf'
        else this.#readTrailerName(byte)
        break
      case 'trailer-name':
        this.#readTrailerName(byte)
        break
      case 'trailer-value':
        if (byte === CR) this.#state = 'trailer-lf'
        else this.#countExtra(byte)
        break
      case 'trailer-lf':
        expect(byte, LF)
        this.#state = 'trailer-start'
        break
      default:
        expect(byte, LF)
        this.#state = 'end'
    }
  }

  #readTrailerName(byte: number): void {
    this.#countExtra(byte)
    if (byte === 0x3a && this.#state === 'trailer-name') this.#state = 'trailer-value'
    else if (isTokenByte(byte)) this.#state = 'trailer-name'
    else throw malformed('a trailer that is no field')
  }

  #countExtra(byte: number): void {
    this.#extra += 1
    if (this.#extra > maxExtraBytes) throw malformed('extensions or trailers are too large')
    if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) {
      throw malformed('a control character in an extension or a trailer')
    }
  }
}

function expect(byte: number, wanted: number): void {
  if (byte !== wanted) throw malformed('a line of a chunked body does not end')
}

function hexadecimal(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

const isTokenByte = (byte: number): boolean =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte))
