import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

/** TLS records of application data that passed, either way. Each one is a write of its own, with a tag and a header of its own. */
export interface RecordCounter {
  readonly port: number
  readonly toServer: () => number
  readonly toClient: () => number
}

/** RFC 8446 section 5.1: type, version, length. */
const HEADER_LENGTH = 5
const APPLICATION_DATA = 23

/** Stands between a client and a port of 127.0.0.1 and counts what passes; it can't read it. */
export async function countRecords(t: Test, targetPort: number): Promise<RecordCounter> {
  const sockets = new Set<Socket>()
  let [toServer, toClient] = [0, 0]
  const relay = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    const fromClient = createReader(() => toServer++)
    const fromServer = createReader(() => toClient++)
    client.on('data', fromClient)
    server.on('data', fromServer)
    client.pipe(server).pipe(client)
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    relay.close()
  })
  const { port } = relay.address() as AddressInfo // A TCP server that listens has one.
  return { port, toServer: () => toServer, toClient: () => toClient }
}

function createReader(onRecord: () => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= HEADER_LENGTH) {
      const length = HEADER_LENGTH + rest.readUInt16BE(HEADER_LENGTH - 2)
      if (rest.length < length) return
      if (rest[0] === APPLICATION_DATA) onRecord()
      rest = rest.subarray(length)
    }
  }
}
