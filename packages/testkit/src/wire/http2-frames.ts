/** Frames of HTTP/2 as bytes, right or wrong. @see https://www.rfc-editor.org/rfc/rfc9113#section-6 */

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

/** `endStream` of DATA and HEADERS has the number of `ack` of SETTINGS and PING. */
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const

/** Error codes of RFC 9113 section 7, as far as tests look for them. */
export const ERROR = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  enhanceYourCalm: 11,
} as const

/** What a client sends before its first frame. */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

const NOTHING = Buffer.alloc(0)

/** One frame. */
export function encodeFrame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = NOTHING,
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(streamId, 5)
  return Buffer.concat([head, payload])
}

/** Four bytes, as error codes and window increments are. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** One setting: RFC 9113 section 6.5.2. */
export function encodeSetting(identifier: number, value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt16BE(identifier)
  bytes.writeUInt32BE(value, 2)
  return bytes
}

/** How a field is written: RFC 7541 section 6.2. `indexed` puts it into the table, for later fields to refer to. */
export type FieldForm = 'plain' | 'indexed'

/** A field with its name and value as literals, without Huffman coding: any bytes at all. */
export function encodeField(name: string, value: string, form: FieldForm = 'plain'): Buffer {
  return Buffer.concat([
    Buffer.from([form === 'indexed' ? 0x40 : 0]),
    encodeText(name),
    encodeText(value),
  ])
}

/** A field of the table, by its number: one byte up to 126. The first one put in last is 62. */
export function encodeIndex(index: number): Buffer {
  return encodeInteger(index, 7, 0x80)
}

/** Fields in their order. */
export function encodeFields(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(fields.map(([name, value]) => encodeField(name, value)))
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return Buffer.concat([encodeInteger(bytes.length, 7, 0), bytes])
}

/** RFC 7541 section 5.1. */
function encodeInteger(value: number, prefixBits: number, pattern: number): Buffer {
  const largest = 2 ** prefixBits - 1
  if (value < largest) return Buffer.from([pattern | value])
  const bytes = [pattern | largest]
  let rest = value - largest
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}
