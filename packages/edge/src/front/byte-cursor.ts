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
    if (length > this.remaining) throw new TruncatedError('field runs past its end')
    const start = this.#position
    this.#position += length
    return this.#bytes.subarray(start, this.#position)
  }

  uint8(): number {
    return this.take(1).readUInt8(0)
  }

  uint16(): number {
    return this.take(2).readUInt16BE(0)
  }

  /** A vector with a length of one byte in front. */
  vector8(): Buffer {
    return this.take(this.uint8())
  }

  /** A vector with a length of two bytes in front. */
  vector16(): Buffer {
    return this.take(this.uint16())
  }
}
