import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What the first record of the answer says. */
export type FirstAnswer =
  | { readonly kind: 'alert'; readonly level: number; readonly description: number }
  | {
      readonly kind: 'server_hello'
      readonly version: number
      readonly suite: number
      readonly compression: number
      readonly isRetry: boolean
    }
  | { readonly kind: 'closed' }

/** SHA-256 of "HelloRetryRequest": the random that marks one (RFC 8446 section 4.1.3). */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'

export async function openTcp(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  // Resets are among what the tests expect; 'close' tells that it is over.
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Everything that comes until the other side closes. */
export async function readToEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // Not events.once, which takes a reset for a failure.
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks)
}

/** Sends bytes on a new connection and gives back everything that comes until the other side closes. */
export async function sendToEnd(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = await openTcp(port)
  socket.write(bytes)
  return readToEnd(socket)
}

/** Sends a hello and reads the first record of the answer, then closes. */
export async function askHello(port: number, hello: Uint8Array): Promise<FirstAnswer> {
  const socket = await openTcp(port)
  socket.write(hello)
  let received = Buffer.alloc(0)
  try {
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk])
      if (received.length >= 5 && received.length >= 5 + received.readUInt16BE(3)) {
        return readAnswer(received)
      }
    }
    return { kind: 'closed' }
  } finally {
    socket.destroy()
  }
}

function readAnswer(bytes: Buffer): FirstAnswer {
  if (bytes[0] === 21) {
    return { kind: 'alert', level: bytes.readUInt8(5), description: bytes.readUInt8(6) }
  }
  if (bytes[0] !== 22 || bytes[5] !== 2)
    throw new Error(`unexpected ${bytes.toString('hex', 0, 9)}`)
  const body = bytes.subarray(9)
  const afterId = 35 + body.readUInt8(34)
  const suite = body.readUInt16BE(afterId)
  return {
    kind: 'server_hello',
    version: selectedVersion(body.subarray(afterId + 3)) ?? body.readUInt16BE(0),
    suite,
    compression: body.readUInt8(afterId + 2),
    isRetry: body.toString('hex', 2, 34) === RETRY_RANDOM,
  }
}

function selectedVersion(extensions: Buffer): number | null {
  for (let at = 2; at + 4 <= extensions.length; at += 4 + extensions.readUInt16BE(at + 2)) {
    if (extensions.readUInt16BE(at) === 43) return extensions.readUInt16BE(at + 4)
  }
  return null
}

/** A handshake message that came in the clear. */
export interface HandshakeMessage {
  readonly type: number
  readonly body: Buffer
}

const SERVER_HELLO_DONE = 14

/** Sends a hello of TLS 1.2 and gives back the server's whole first flight, which is in the clear. */
export async function readFirstFlight(
  port: number,
  hello: Uint8Array,
): Promise<HandshakeMessage[]> {
  const socket = await openTcp(port)
  socket.write(hello)
  let received = Buffer.alloc(0)
  try {
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk])
      const messages = splitMessages(joinRecords(received))
      if (messages.at(-1)?.type === SERVER_HELLO_DONE) return messages
    }
    throw new Error(`no whole flight in ${received.toString('hex')}`)
  } finally {
    socket.destroy()
  }
}

function joinRecords(bytes: Buffer): Buffer {
  const payloads: Buffer[] = []
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    payloads.push(bytes.subarray(at + 5, at + 5 + bytes.readUInt16BE(at + 3)))
  }
  return Buffer.concat(payloads)
}

function splitMessages(bytes: Buffer): HandshakeMessage[] {
  const messages: HandshakeMessage[] = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUIntBE(at + 1, 3)
    if (end > bytes.length) break
    messages.push({ type: bytes.readUInt8(at), body: bytes.subarray(at + 4, end) })
    at = end
  }
  return messages
}
