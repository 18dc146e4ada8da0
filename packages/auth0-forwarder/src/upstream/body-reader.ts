/** Reads the body of an answer from the bytes of its connection. */
import { ChunkedBody } from './chunked-body.js'
import type { AnswerFraming } from './framing.js'

export interface BodyReader {
  /** All of it has been read. */
  readonly isComplete: boolean
  /** The end of the connection is its end. */
  readonly endsWithConnection: boolean
  /**
   * Reads from `from` on, at most to its own end.
   *
   * @param onPart - gets a copy of what is of the body: `bytes` is used again for what comes next
   * @returns where it stopped
   * @throws FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL
   */
  read(bytes: Buffer, from: number, onPart: PartReceiver): number
}

export interface PartReceiver {
  onPart(part: Buffer): void
}

/** @returns null where there is none */
export function openBody(framing: AnswerFraming): BodyReader | null {
  if (framing.kind === 'none') return null
  if (framing.kind === 'length') return new LengthBody(framing.bytes)
  return framing.kind === 'chunked' ? new ChunkedBody() : new UntilCloseBody()
}

/** A part of `bytes` in memory of its own. */
export function copyOf(bytes: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.allocUnsafe(to - from)
  bytes.copy(copy, 0, from, to)
  return copy
}

class LengthBody implements BodyReader {
  readonly endsWithConnection = false
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  get isComplete(): boolean {
    return this.#left === 0
  }

  read(bytes: Buffer, from: number, receiver: PartReceiver): number {
    const to = Math.min(bytes.length, from + this.#left)
    this.#left -= to - from
    if (to > from) receiver.onPart(copyOf(bytes, from, to))
    return to
  }
}

/**
 * It should be whole only where the target said by close_notify that it ends. Node gives 'end' for that and for a bare FIN alike, which
 * anybody on the way can send: an answer that is cut so passes as whole.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.8
 */
class UntilCloseBody implements BodyReader {
  readonly endsWithConnection = true
  readonly isComplete = false

  read(bytes: Buffer, from: number, receiver: PartReceiver): number {
    if (bytes.length > from) receiver.onPart(copyOf(bytes, from, bytes.length))
    return bytes.length
  }
}
