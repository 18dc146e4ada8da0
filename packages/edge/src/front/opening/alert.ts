import type { Socket } from 'node:net'

/**
 * The alert descriptions that the front itself sends. All are fatal.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-6
 */
export const ALERT = {
  unexpectedMessage: 10,
  recordOverflow: 22,
  illegalParameter: 47,
  decodeError: 50,
  protocolVersion: 70,
  unrecognizedName: 112,
} as const

/** One of the values of {@link ALERT}. */
export type AlertDescription = (typeof ALERT)[keyof typeof ALERT]

/**
 * How long a refused connection may linger, in milliseconds, so that the alert arrives. Closing at once while bytes of
 * the client lie unread makes the kernel send a reset, which throws the alert away on the client's side.
 */
const LINGER = 1_000

/** What is read and thrown away of a refused client, in bytes, before the connection is cut: one hello of the largest size. */
const MAX_DISCARDED_BYTES = 64 * 1024

/**
 * A fatal alert as one TLS 1.2 record of seven bytes: 112 is `15 03 03 00 02 02 70`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-5.1
 */
export function encodeFatalAlert(description: AlertDescription): Buffer {
  return Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, description])
}

/**
 * Sends a fatal alert in the clear and ends the connection: gently where the client closes its side too, and by force
 * after a second or 64 KiB of further input. Never throws, and leaves no timer behind a closed socket.
 */
export function refuseWithAlert(socket: Socket, description: AlertDescription): void {
  if (socket.destroyed) return
  const timer = setTimeout(() => socket.destroy(), LINGER)
  let discarded = 0
  socket.once('close', () => clearTimeout(timer))
  socket.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > MAX_DISCARDED_BYTES) socket.destroy()
  })
  socket.once('end', () => socket.destroySoon())
  socket.end(encodeFatalAlert(description))
  socket.resume()
}
