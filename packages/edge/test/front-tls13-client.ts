import { createECDH, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { handshakeMessage, helloMessage, keyShare, record, vector16 } from './front-hello.ts'
import {
  finishedBody,
  handshakeSecret,
  masterSecret,
  RecordCipher,
  sha256,
  trafficSecrets,
} from './front-tls13-keys.ts'
import { openTcp } from './front-wire.ts'

const P256 = 0x0017
const CHANGE_CIPHER_SPEC = 20
const ALERT = 21
const HANDSHAKE = 22
const APPLICATION_DATA = 23
const SERVER_HELLO = 2
const NEW_SESSION_TICKET = 4
const CERTIFICATE = 11
const CERTIFICATE_REQUEST = 13
const FINISHED = 20
const MESSAGE_HASH = 254

/** What came after the handshake, and how it ended. */
export interface Tls13Outcome {
  /** Alert description, where the server sent one. */
  readonly alert: number | null
  readonly wasAskedForCertificate: boolean
  /** Everything the server sent as application data. */
  readonly answer: string
  /** NewSessionTicket messages, without their headers. */
  readonly tickets: readonly Buffer[]
}

/** Reads records from a socket, one by one; null at the end. */
async function* readRecords(socket: Socket): AsyncGenerator<Buffer> {
  let buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    buffer = Buffer.concat([buffer, chunk])
    while (buffer.length >= 5 && buffer.length >= 5 + buffer.readUInt16BE(3)) {
      const end = 5 + buffer.readUInt16BE(3)
      yield buffer.subarray(0, end)
      buffer = buffer.subarray(end)
    }
  }
}

/**
 * A TLS 1.3 client that no library would let be: its second ClientHello, which it makes the server ask for by sending no
 * key share in the first, may name another host. It verifies nothing, and has no certificate.
 */
export async function connectWithSecondHello(
  port: number,
  names: readonly [first: string, second: string],
  request: string,
): Promise<Tls13Outcome> {
  const socket = await openTcp(port)
  const outcome = { alert: null as number | null, wasAskedForCertificate: false, answer: '' }
  const tickets: Buffer[] = []
  const key = createECDH('prime256v1')
  const shared = { random: randomBytes(32), versions: [0x0304], suites: [0x1301], groups: [P256] }
  const first = helloMessage({ ...shared, serverName: names[0], keyShares: vector16() })
  const second = helloMessage({
    ...shared,
    serverName: names[1],
    keyShares: keyShare(P256, key.generateKeys()),
  })

  let transcript: Buffer = first
  let handshake: Buffer | null = null
  let secrets: ReturnType<typeof trafficSecrets> | null = null
  let incoming: RecordCipher | null = null
  let outgoing: RecordCipher | null = null
  let pending = Buffer.alloc(0)
  let isSecure = false

  function onMessage(type: number, message: Buffer): void {
    const body = message.subarray(4)
    if (type === NEW_SESSION_TICKET) {
      tickets.push(body)
      return
    }
    if (type === SERVER_HELLO && transcript === first) {
      // RFC 8446 section 4.4.1: the first hello is replaced by its hash.
      const hashed = handshakeMessage(MESSAGE_HASH, sha256(first))
      transcript = Buffer.concat([hashed, message, second])
      socket.write(record(second, HANDSHAKE, 0x0303))
      return
    }
    transcript = Buffer.concat([transcript, message])
    if (type === SERVER_HELLO) {
      const point = message.subarray(-65)
      handshake = handshakeSecret(key.computeSecret(point))
      secrets = trafficSecrets(handshake, 'hs', transcript)
      incoming = new RecordCipher(secrets.server)
      outgoing = new RecordCipher(secrets.client)
    }
    if (type === CERTIFICATE_REQUEST) outcome.wasAskedForCertificate = true
    if (type === FINISHED && body.length === 32) finish()
  }

  function finish(): void {
    if (handshake === null || secrets === null || outgoing === null) throw new Error('no keys')
    const application = trafficSecrets(masterSecret(handshake), 'ap', transcript)
    if (outcome.wasAskedForCertificate) {
      const none = handshakeMessage(CERTIFICATE, Buffer.alloc(4))
      transcript = Buffer.concat([transcript, none])
      socket.write(outgoing.seal(HANDSHAKE, none))
    }
    const finished = handshakeMessage(FINISHED, finishedBody(secrets.client, transcript))
    socket.write(outgoing.seal(HANDSHAKE, finished))
    incoming = new RecordCipher(application.server)
    outgoing = new RecordCipher(application.client)
    isSecure = true
    socket.write(outgoing.seal(APPLICATION_DATA, Buffer.from(request, 'latin1')))
  }

  function unseal(type: number, bytes: Buffer): ReturnType<RecordCipher['open']> {
    if (type !== APPLICATION_DATA || incoming === null) return { type, content: bytes.subarray(5) }
    return incoming.open(bytes)
  }

  function onHandshakeBytes(content: Buffer): void {
    pending = Buffer.concat([pending, content])
    while (pending.length >= 4 && pending.length >= 4 + pending.readUIntBE(1, 3)) {
      const message = pending.subarray(0, 4 + pending.readUIntBE(1, 3))
      pending = pending.subarray(message.length)
      onMessage(message.readUInt8(0), message)
    }
  }

  socket.write(record(first, HANDSHAKE, 0x0301))
  try {
    for await (const bytes of readRecords(socket)) {
      const outer = bytes.readUInt8(0)
      if (outer === CHANGE_CIPHER_SPEC) continue
      const { type, content } = unseal(outer, bytes)
      if (type === ALERT) outcome.alert = content.readUInt8(1)
      if (type === HANDSHAKE) onHandshakeBytes(content)
      if (type === APPLICATION_DATA) outcome.answer += content.toString('latin1')
    }
  } catch (error) {
    // A reset ends the connection like any other end; a fault of this client is one.
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error
  } finally {
    socket.destroy()
  }
  if (!isSecure && outcome.alert === null) throw new Error('neither a handshake nor an alert')
  return { ...outcome, tickets }
}
