import { connect } from 'node:net'
import type { Address } from '../../configuration/types.js'
import { type ReadUntil, readServerAnswer, type ServerAnswer } from './server-answer.js'

/** What came of a hello that was sent. */
export type ProbeAnswer =
  | ServerAnswer
  /** The connection ended before there was an answer. */
  | { readonly kind: 'closed' }
  /** Nothing came in time. */
  | { readonly kind: 'silent' }
  /** There was no connection; `code` is the system's, such as `ECONNREFUSED`. */
  | { readonly kind: 'unreachable'; readonly code: string }

/** How long one probe may take in all, in milliseconds: several times what a far server needs. */
export const PROBE_TIMEOUT = 5_000

/** A first flight with a long chain is some 10 KiB; whoever sends more does not answer a hello. */
const MAX_ANSWER_BYTES = 64 * 1024

/** Sends bytes on a connection of its own and reads the answer, then closes. Never throws; ends in {@link PROBE_TIMEOUT}. */
export function sendProbe(
  address: Address,
  bytes: Uint8Array,
  until: ReadUntil = 'server_hello',
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port })
    let received = Buffer.alloc(0)
    let isConnected = false
    const finish = (answer: ProbeAnswer): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(
      () => finish(isConnected ? { kind: 'silent' } : { kind: 'unreachable', code: 'ETIMEDOUT' }),
      PROBE_TIMEOUT,
    )
    socket.on('connect', () => {
      isConnected = true
      socket.write(bytes)
    })
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const answer = readServerAnswer(received, until)
      if (answer !== null) finish(answer)
      else if (received.length > MAX_ANSWER_BYTES) finish({ kind: 'not_tls' })
    })
    socket.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      finish(isConnected ? { kind: 'closed' } : { kind: 'unreachable', code }),
    )
    socket.on('close', () => finish({ kind: 'closed' }))
  })
}
