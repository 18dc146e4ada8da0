import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { readServerAnswer, type ServerAnswer } from '../dist/selftest/hello/server-answer.js'

/** What the first record of the answer says. */
export type FirstAnswer = ServerAnswer | { readonly kind: 'closed' }

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
      const answer = readServerAnswer(received)
      if (answer !== null) return answer
    }
    return { kind: 'closed' }
  } finally {
    socket.destroy()
  }
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
