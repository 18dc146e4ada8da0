import { type Issued, openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'

export const versions = [
  ['TLS 1.2', { maxVersion: 'TLSv1.2' }],
  ['TLS 1.3', { minVersion: 'TLSv1.3' }],
] as const

/** A connection with one request. */
export interface Visit {
  readonly port: number
  readonly servername: string
  readonly certificate?: Issued | undefined
  /** What an earlier visit kept. */
  readonly session?: Buffer | undefined
  /** Which version, of {@link versions}. */
  readonly tls: object
  /** The request as bytes. */
  readonly bytes: string
}

/** Makes it; gives back the answer, whether the session was resumed, and the session that the client could keep. */
export async function visit({ session, tls, bytes, certificate, ...options }: Visit) {
  const connection: TlsConnection = await openTlsConnection({
    ...options,
    ...(certificate && { certificate }),
    tls: { ...tls, ...(session && { session }) },
  })
  const { socket } = connection
  let kept: Buffer | undefined = socket.getSession()
  let tickets = 0
  // In TLS 1.3 each ticket is an event of its own, after the handshake.
  socket.on('session', (next: Buffer) => {
    kept = next
    tickets += 1
  })
  const answer = await connection.request(bytes)
  // The tickets come before the answer; one turn later they have been reported.
  await new Promise((resolve) => setImmediate(resolve))
  const isReused = socket.isSessionReused()
  connection.destroy()
  return { answer, isReused, tickets, session: kept ?? Buffer.alloc(0) }
}
