import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { FetchError } from './fetch-error.js'

/** What is copied at once, in bytes: 10 us. */
const BLOCK = 64 * 1024

/** About 1 ms of copying. */
const BLOCKS_AT_ONCE = 16

/** A server that sends single bytes costs 5 us of CPU for each: 50 ms for what comes in at once, and seconds in all. */
const SMALLEST_MEAN = 128
const FEW_CHUNKS = 1_000

/**
 * Reads the body of a response, as it is: it is refused where it is encoded, since a few kilobytes could then become
 * gigabytes, and where it is larger than allowed, whatever its headers said, and where it comes in crumbs.
 *
 * @throws {FetchError}
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const { 'content-encoding': encoding = 'identity', 'content-length': length } = response.headers
  if (encoding.toLowerCase() !== 'identity') throw new FetchError('it is encoded (compressed)')
  const announced = length === undefined ? null : Number(length)
  if (!((announced ?? 0) <= maxBytes)) throw new FetchError(`it is larger than ${maxBytes} bytes`)
  const bytes = announced === null ? null : new Uint8Array(announced)
  const blocks = new Blocks()
  let size = 0
  let chunks = 0
  const take = (chunk: unknown): void => {
    if (!(chunk instanceof Uint8Array)) throw new FetchError('it is not bytes')
    chunks += 1
    if (chunks > FEW_CHUNKS && size < chunks * SMALLEST_MEAN)
      throw new FetchError('it comes in pieces that are too small')
    if (size + chunk.length > (bytes?.length ?? maxBytes))
      throw new FetchError(`it is larger than ${bytes?.length ?? maxBytes} bytes`)
    if (bytes === null) blocks.add(chunk)
    else bytes.set(chunk, size)
    size += chunk.length
  }
  // Each chunk as it comes out of the parser, which has ten thousand of them at once where they are small.
  response.on('data', (chunk: unknown) => {
    try {
      if (!response.destroyed) take(chunk)
    } catch (error) {
      response.destroy(error instanceof Error ? error : undefined)
    }
  })
  await finished(response)
  return bytes === null ? blocks.join(size) : bytes.subarray(0, size)
}

/**
 * A body of unknown length. Chunks are copied together as they come: a server that sends single bytes would have each of them kept
 * with some hundred bytes around it, a gigabyte in five seconds.
 */
class Blocks {
  readonly #blocks: Uint8Array[] = []
  #last = new Uint8Array()
  #free = 0

  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#free === 0) this.#begin()
      const part = chunk.subarray(at, at + this.#free)
      this.#last.set(part, BLOCK - this.#free)
      this.#free -= part.length
      at += part.length
    }
  }

  #begin(): void {
    this.#last = new Uint8Array(BLOCK)
    this.#free = BLOCK
    this.#blocks.push(this.#last)
  }

  /** A bit at a time: to copy 50 MB takes as long as a request may wait. */
  async join(size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size)
    for (const [index, block] of this.#blocks.entries()) {
      const at = index * BLOCK
      bytes.set(block.subarray(0, size - at), at)
      if (index % BLOCKS_AT_ONCE === BLOCKS_AT_ONCE - 1) await setImmediate()
    }
    return bytes
  }
}
