import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import { ALIAS, type SoakedEdge } from './soaked-edge.ts'

/** Handshakes at a time. */
const AT_ONCE = 20

/** More than a handshake takes on a busy machine, in milliseconds. */
const PATIENCE = 30_000

const REQUEST = `POST /oauth/token HTTP/1.1\r\nHost: ${ALIAS}\r\nContent-Length: 0\r\n\r\n`

/** Connections that have asked once and lie idle since. */
export interface IdleClients {
  /** How many are open still. */
  readonly open: number
  stop(): void
}

/** Opens them, each with a certificate. */
export async function openIdleClients(edge: SoakedEdge, count: number): Promise<IdleClients> {
  const connections: TlsConnection[] = []
  const { port, ca, client } = edge
  let left = count
  const openSome = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const connection = await openTlsConnection({
        port,
        ca,
        certificate: client,
        servername: ALIAS,
        timeout: PATIENCE,
      })
      const { status } = await connection.request(REQUEST)
      if (status !== 200) throw new Error(`an idle client was answered ${status}`)
      connections.push(connection)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, openSome))
  return {
    get open() {
      return connections.filter(({ socket }) => !socket.destroyed && !socket.readableEnded).length
    },
    stop() {
      for (const connection of connections) connection.destroy()
    },
  }
}
