import type { Connection } from './connection.js'

/** How many connections are in which state. */
export interface ConnectionCounts {
  /** The ClientHello is not complete. */
  readonly hello: number
  readonly handshake: number
  readonly secure: number
  /** Refused, and waiting for the alert to arrive. */
  readonly refused: number
  readonly total: number
}

/** Counts connections by state. */
export function countConnections(connections: Iterable<Connection>): ConnectionCounts {
  const counts = { hello: 0, handshake: 0, secure: 0, refused: 0, total: 0 }
  for (const { state } of connections) {
    counts[state] += 1
    counts.total += 1
  }
  return counts
}
