import type { IncomingMessage } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { FetchError } from './fetch-error.js'

/** About 1 ms of copying. */
const COPIED_AT_ONCE = 1024 * 1024

/**
 * Reads the body of a response, as it is: it is refused where it is encoded, since a few kilobytes could then become
 * gigabytes, and where it is larger than allowed, whatever its headers said.
 *
 * @throws {FetchError}
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const { 'content-encoding': encoding = 'identity', 'content-length': length } = response.headers
  if (encoding.toLowerCase() !== 'identity') throw new FetchError('it is encoded (compressed)')
  const announced = length === undefined ? null : Number(length)
  if (!((announced ?? 0) <= maxBytes)) throw new FetchError(`it is larger than ${maxBytes} bytes`)
  const bytes = announced === null ? null : new Uint8Array(announced)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) throw new FetchError('it is not bytes')
    if (size + chunk.length > (bytes?.length ?? maxBytes))
      throw new FetchError(`it is larger than ${bytes?.length ?? maxBytes} bytes`)
    if (bytes === null) parts.push(chunk)
    else bytes.set(chunk, size)
    size += chunk.length
  }
  return bytes === null ? join(parts, size) : bytes.subarray(0, size)
}

/** A bit at a time: to copy 50 MB takes as long as a request may wait. */
async function join(parts: readonly Uint8Array[], size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let [at, pausedAt] = [0, 0]
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
    if (at - pausedAt < COPIED_AT_ONCE) continue
    pausedAt = at
    await setImmediate()
  }
  return bytes
}
