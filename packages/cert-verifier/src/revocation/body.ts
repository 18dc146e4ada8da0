import type { IncomingMessage } from 'node:http'
import { FetchError } from './fetch-error.js'

const FIRST_BYTES = 64 * 1024

/**
 * Reads the body of a response, as it is: it is refused where it is encoded, since a few kilobytes could then become
 * gigabytes, and where it is larger than allowed, whatever its headers said.
 *
 * @throws {FetchError}
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const { 'content-encoding': encoding = 'identity', 'content-length': length } = response.headers
  if (encoding.toLowerCase() !== 'identity') throw new FetchError('it is encoded (compressed)')
  const announced = length === undefined ? FIRST_BYTES : Number(length)
  if (!(announced <= maxBytes)) throw new FetchError(`it is larger than ${maxBytes} bytes`)
  let bytes: Uint8Array = new Uint8Array(announced)
  let size = 0
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) throw new FetchError('it is not bytes')
    if (size + chunk.length > maxBytes) throw new FetchError(`it is larger than ${maxBytes} bytes`)
    if (size + chunk.length > bytes.length) bytes = grow(bytes, size, size + chunk.length, maxBytes)
    bytes.set(chunk, size)
    size += chunk.length
  }
  return bytes.subarray(0, size)
}

/** Doubles, so that 50 MB are not copied for each chunk anew. */
function grow(bytes: Uint8Array, used: number, wanted: number, maxBytes: number): Uint8Array {
  const larger = new Uint8Array(Math.min(maxBytes, Math.max(wanted, bytes.length * 2)))
  larger.set(bytes.subarray(0, used))
  return larger
}
