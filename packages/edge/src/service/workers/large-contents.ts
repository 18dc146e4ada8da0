import { setImmediate } from 'node:timers/promises'
import type { Snapshot } from '../reload/snapshot.js'

/** From this size on the content of a file goes in pieces, in bytes. */
const LARGE = 256 * 1024

/** About 1 ms of work for whoever takes it, in bytes. */
const PIECE = 1024 * 1024

/**
 * The large contents of a snapshot go to a worker in pieces ahead of it, and those that it has already not at all: to take 35 MB
 * out of one message would hold up its requests for as long as 50 ms.
 */
export interface ContentPiece {
  readonly type: 'content'
  /** Absolute. */
  readonly file: string
  /** Of the whole content. */
  readonly size: number
  /** Where in it the piece belongs. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** A snapshot without what went ahead. */
export interface SentSnapshot extends Snapshot {
  /** The files whose contents went ahead, now or with an earlier one. */
  readonly ahead: readonly string[]
}

/**
 * Makes what sends the large contents of snapshots to one worker.
 *
 * @param send resolves when a piece is on its way, or can't be sent
 * @param shorten gives the form that a content is sent in, which must mean the same
 */
export function createContentSender(
  send: (piece: ContentPiece) => Promise<void>,
  shorten: (content: Uint8Array) => Uint8Array = (content) => content,
): (snapshot: Snapshot) => Promise<SentSnapshot> {
  /** What the worker has. */
  let sent: ReadonlyMap<string, Uint8Array> = new Map()
  return async (snapshot) => {
    const isLarge = ([, content]: [string, Uint8Array]): boolean => content.length >= LARGE
    const all = [...snapshot.contents]
    const large = new Map(all.filter(isLarge))
    for (const [file, content] of large) {
      if (sent.get(file) === content) continue
      const form = shorten(content)
      for (let at = 0; at < form.length; at += PIECE) {
        const bytes = form.subarray(at, at + PIECE)
        await send({ type: 'content', file, size: form.length, at, bytes })
        await setImmediate()
      }
    }
    sent = large
    const contents = new Map(all.filter((entry) => !isLarge(entry)))
    return { ...snapshot, contents, ahead: [...large.keys()] }
  }
}

/** Puts together what comes in pieces. */
export class ContentReceiver {
  #contents = new Map<string, Uint8Array>()

  take({ file, size, at, bytes }: ContentPiece): void {
    // What is in force is not written over.
    const content = at === 0 ? new Uint8Array(size) : this.#contents.get(file)
    if (content === undefined) return
    content.set(bytes, at)
    this.#contents.set(file, content)
  }

  /** The snapshot as it was before it was sent. */
  complete({ ahead, contents, ...rest }: SentSnapshot): Snapshot {
    const large = ahead.flatMap((file) => {
      const content = this.#contents.get(file)
      return content === undefined ? [] : [[file, content] as const]
    })
    this.#contents = new Map(large)
    return { ...rest, contents: new Map([...contents, ...large]) }
  }
}
