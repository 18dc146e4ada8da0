/** The building blocks of TLS messages: big-endian numbers, and vectors with their length in front (RFC 8446 section 3). */

export function uint8(value: number): Buffer {
  return Buffer.from([value])
}

export function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}

/** A vector with a length of one byte in front. */
export function vector8(...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([uint8(content.length), content])
}

/** A vector with a length of two bytes in front. */
export function vector16(...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([uint16(content.length), content])
}

/** Numbers of two bytes, one after the other. */
export function list16(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(uint16))
}
