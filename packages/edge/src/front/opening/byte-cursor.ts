/** Thrown by {@link ByteCursor} when a field runs past the end of what holds it. Never leaves the hello's parser. */
export class TruncatedError extends Error {
  override readonly name = 'TruncatedError'
}

/** Reads big-endian fields from bytes in order; each read past the end throws {@link TruncatedError}. */
export class ByteCursor {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** How many bytes are unread. */
  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Buffer {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, this.#position)
  }

  /** Goes past the next `length` bytes. */
  skip(length: number): void {
    this.#advance(length)
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#advance(1))
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2))
  }

  /** A vector with a length of one byte in front. */
  vector8(): Buffer {
    return this.take(this.uint8())
  }

  /** A vector with a length of two bytes in front. */
  vector16(): Buffer {
    return this.take(this.uint16())
  }

  /** Returns where it was. */
  #advance(length: number): number {
    if (length > this.remaining) throw new TruncatedError('field runs past its end')
    const start = this.#position
    this.#position += length
    return start
  }
}
