/** Finds where the head of an answer ends, however it is cut into pieces. */
import { malformed } from './malformed-answer.js'

/** Status line and all fields, bytes. Twice Node's limit for a request: cookies are what fills them. */
export const maxHeadBytes = 32_768
const headEnd = Buffer.from('\r\n\r\n')
const start = Buffer.from('HTTP/1.')

export class HeadBuffer {
  /** What came of a head that is not complete; made when there is one. */
  #bytes: Buffer | null = null
  #length = 0
  /** Where the body begins in the bytes that were added last. */
  bodyAt = 0

  /**
   * Adds bytes, from `from` on.
   *
   * @returns the head in latin1 without the empty line; null where its end is yet to come
   * @throws FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL over {@link maxHeadBytes}
   */
  add(bytes: Buffer, from: number): string | null {
    if (this.#length > 0) return this.#append(bytes, from)
    const end = bytes.indexOf(headEnd, from)
    if (end === -1) return this.#append(bytes, from)
    if (end + headEnd.length - from > maxHeadBytes) throw malformed('the head is too large')
    this.bodyAt = end + headEnd.length
    return bytes.toString('latin1', from, end)
  }

  #clear(): void {
    this.#length = 0
    this.#bytes = null
  }

  /** Copies no byte twice: one byte a record costs no more than all in one. */
  #append(bytes: Buffer, from: number): string | null {
    this.#bytes ??= Buffer.allocUnsafeSlow(maxHeadBytes)
    const held = this.#length
    const added = bytes.copy(this.#bytes, held, from)
    this.#length = held + added
    const read = this.#bytes.subarray(0, this.#length)
    const end = read.indexOf(headEnd, Math.max(0, held - headEnd.length + 1))
    if (end === -1) {
      // What is no HTTP may never have an empty line.
      const known = Math.min(this.#length, start.length)
      if (read.compare(start, 0, known, 0, known) !== 0) throw malformed('no HTTP/1 answer')
      if (this.#length >= maxHeadBytes) throw malformed('the head is too large')
      return null
    }
    this.bodyAt = from + end + headEnd.length - held
    const head = read.toString('latin1', 0, end)
    this.#clear()
    return head
  }
}
