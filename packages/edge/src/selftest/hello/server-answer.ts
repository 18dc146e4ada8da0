/** What a server answered to a ClientHello, as far as it comes in the clear. */
export type ServerAnswer =
  | { readonly kind: 'alert'; readonly level: number; readonly description: number }
  | ServerHello
  /** Neither an alert nor a ServerHello: no TLS. */
  | { readonly kind: 'not_tls' }

export interface ServerHello {
  readonly kind: 'server_hello'
  /** The version that was chosen, such as `0x0304`. */
  readonly version: number
  readonly suite: number
  /** 0 is none. */
  readonly compression: number
  /** A HelloRetryRequest: the server wants another key share. */
  readonly isRetry: boolean
  /** Types of the ServerHello's own extensions. */
  readonly extensions: readonly number[]
  /** Types of all handshake messages that came in the clear so far, the ServerHello's among them. */
  readonly messages: readonly number[]
}

/** How far an answer is read: TLS 1.2 sends its whole first flight in the clear, TLS 1.3 its ServerHello alone. */
export type ReadUntil = 'server_hello' | 'server_hello_done'

/** Types of handshake messages (RFC 5246 section 7.4). */
export const MESSAGE = { serverHello: 2, certificateRequest: 13, serverHelloDone: 14 } as const

/** SHA-256 of "HelloRetryRequest": the random that marks one (RFC 8446 section 4.1.3). */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'

const RECORD_HEADER = 5
const MESSAGE_HEADER = 4
const CONTENT_TYPE_ALERT = 21
const CONTENT_TYPE_HANDSHAKE = 22
const SUPPORTED_VERSIONS = 43

/**
 * Reads the answer from the bytes that have come so far.
 *
 * It verifies nothing, and a server that sends a broken ServerHello is told as `not_tls`.
 *
 * @returns null as long as more must come
 */
export function readServerAnswer(
  bytes: Buffer,
  until: ReadUntil = 'server_hello',
): ServerAnswer | null {
  try {
    return readAnswer(bytes, until)
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'not_tls' }
    throw error
  }
}

function readAnswer(bytes: Buffer, until: ReadUntil): ServerAnswer | null {
  const first = bytes[0]
  if (first === undefined) return null
  if (first === CONTENT_TYPE_ALERT) return bytes.length < RECORD_HEADER + 2 ? null : alertOf(bytes)
  if (first !== CONTENT_TYPE_HANDSHAKE) return { kind: 'not_tls' }
  const messages = splitMessages(joinHandshake(bytes))
  const hello = messages[0]
  if (hello === undefined) return null
  if (hello.type !== MESSAGE.serverHello) return { kind: 'not_tls' }
  const isWhole = messages.some(({ type }) => type === MESSAGE.serverHelloDone)
  if (until === 'server_hello_done' && !isWhole) return null
  return readServerHello(
    hello.body,
    messages.map(({ type }) => type),
  )
}

function alertOf(bytes: Buffer): ServerAnswer {
  return {
    kind: 'alert',
    level: bytes.readUInt8(RECORD_HEADER),
    description: bytes.readUInt8(RECORD_HEADER + 1),
  }
}

/** Version, random, session id, suite, compression, extensions (RFC 8446 section 4.1.3). */
function readServerHello(body: Buffer, messages: readonly number[]): ServerHello {
  const afterId = 35 + body.readUInt8(34)
  const extensions = readExtensions(body.subarray(afterId + 3))
  const chosen = extensions.find(({ type }) => type === SUPPORTED_VERSIONS)
  return {
    kind: 'server_hello',
    version: chosen?.content.readUInt16BE(0) ?? body.readUInt16BE(0),
    suite: body.readUInt16BE(afterId),
    compression: body.readUInt8(afterId + 2),
    isRetry: body.toString('hex', 2, 34) === RETRY_RANDOM,
    extensions: extensions.map(({ type }) => type),
    messages,
  }
}

function readExtensions(bytes: Buffer): { readonly type: number; readonly content: Buffer }[] {
  const extensions: { readonly type: number; readonly content: Buffer }[] = []
  for (let at = 2; at < bytes.length; at += 4 + bytes.readUInt16BE(at + 2)) {
    const start = at + 4
    const content = bytes.subarray(start, start + bytes.readUInt16BE(at + 2))
    extensions.push({ type: bytes.readUInt16BE(at), content })
  }
  return extensions
}

/** The payloads of the handshake records at the front, put together; what follows them is encrypted or an alert. */
function joinHandshake(bytes: Buffer): Buffer {
  const payloads: Buffer[] = []
  for (let at = 0; at + RECORD_HEADER <= bytes.length; ) {
    if (bytes.readUInt8(at) !== CONTENT_TYPE_HANDSHAKE) break
    const end = at + RECORD_HEADER + bytes.readUInt16BE(at + 3)
    payloads.push(bytes.subarray(at + RECORD_HEADER, end))
    at = end
  }
  return Buffer.concat(payloads)
}

/** A handshake message that came in the clear. */
export interface HandshakeMessage {
  readonly type: number
  readonly body: Buffer
}

function splitMessages(bytes: Buffer): readonly HandshakeMessage[] {
  const messages: HandshakeMessage[] = []
  for (let at = 0; at + MESSAGE_HEADER <= bytes.length; ) {
    const end = at + MESSAGE_HEADER + bytes.readUIntBE(at + 1, 3)
    if (end > bytes.length) break
    messages.push({
      type: bytes.readUInt8(at),
      body: bytes.subarray(at + MESSAGE_HEADER, end),
    })
    at = end
  }
  return messages
}
