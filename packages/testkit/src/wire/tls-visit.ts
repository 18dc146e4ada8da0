import type { ConnectionOptions } from 'node:tls'
import type { Issued } from '../pki/index.js'
import type { WireResponse } from './http-response.js'
import { openTlsConnection } from './tls-connection.js'

/** The options of `tls.connect` that leave it no other version, by its name. */
export const TLS_VERSIONS = [
  ['TLS 1.2', { maxVersion: 'TLSv1.2' }],
  ['TLS 1.3', { minVersion: 'TLSv1.3' }],
] as const

/** A connection with one request, which may resume the session of an earlier one. */
export interface TlsVisit {
  readonly port: number
  readonly servername: string
  readonly certificate?: Issued | undefined
  /** What an earlier visit kept. */
  readonly session?: Buffer | undefined
  /** Which version, of {@link TLS_VERSIONS}. */
  readonly tls: ConnectionOptions
  /** The request as bytes. */
  readonly bytes: string
}

/** What became of a visit. */
export interface VisitResult {
  readonly answer: WireResponse
  /** Whether the session offered was resumed. */
  readonly isReused: boolean
  /** What the client could keep for its next visit. */
  readonly session: Buffer
  /** How many tickets came after the handshake (TLS 1.3). */
  readonly tickets: number
}

/** More than anything takes on a busy machine, in milliseconds. */
const PATIENCE = 30_000

/** Makes it. */
export async function visitTls(visit: TlsVisit): Promise<VisitResult> {
  const { session, tls, bytes, certificate, ...options } = visit
  const connection = await openTlsConnection({
    ...options,
    ...(certificate && { certificate }),
    tls: { ...tls, ...(session && { session }) },
    timeout: PATIENCE,
  })
  const { socket } = connection
  let kept: Buffer | undefined = socket.getSession()
  // Asked now: of a connection that was closed it is not known any more.
  const isReused = socket.isSessionReused()
  let tickets = 0
  // In TLS 1.3 each ticket is an event of its own, after the handshake.
  socket.on('session', (next: Buffer) => {
    kept = next
    tickets += 1
  })
  const answer = await connection.request(bytes)
  // The tickets come before the answer; one turn later they have been reported.
  await new Promise((resolve) => setImmediate(resolve))
  connection.destroy()
  return { answer, isReused, tickets, session: kept ?? Buffer.alloc(0) }
}
