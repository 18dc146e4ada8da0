import { setImmediate } from 'node:timers/promises'
import type { Snapshot } from '../../configuration/reading/snapshot.js'
import { fingerprint } from './fingerprint.js'
import type { HashedFile, OfferedFile } from './offered-files.js'

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

/** The way to one worker. */
export interface ContentWay {
  /** Resolves when a piece is on its way, or can't be sent. */
  readonly send: (piece: ContentPiece) => Promise<void>
  /**
   * Has the worker read files by itself, which costs a tenth of sending them. Resolves with what it read of them: what has changed
   * meanwhile is told by its hash.
   */
  readonly offer: (files: readonly OfferedFile[]) => Promise<readonly HashedFile[]>
  /** The form that a content is sent in, which must mean the same. */
  readonly shorten: (content: Uint8Array) => Uint8Array
}

/** Brings large contents to one worker. What one call sent ahead, the next may rest on: one after the other. */
export interface ContentSender {
  /** Brings what a snapshot may be of, so that the worker can look at it. */
  sendAhead(contents: ReadonlyMap<string, Uint8Array>): Promise<void>
  /** Brings what a snapshot holds, and gives what is left of it to send. */
  sendFor(snapshot: Snapshot): Promise<SentSnapshot>
}

/** Makes what brings the large contents of snapshots to one worker. */
export function createContentSender({ send, offer, shorten }: ContentWay): ContentSender {
  /** What the worker has. */
  const sent = new Map<string, Uint8Array>()

  async function bring(contents: Iterable<readonly [string, Uint8Array]>): Promise<void> {
    const missing = [...contents].filter(([file, content]) => sent.get(file) !== content)
    if (missing.length === 0) return
    const offered = offer(missing.map(([file, { length: size }]) => ({ file, size })))
    // While the worker reads.
    for (const [, content] of missing) await fingerprint(content)
    const read = new Map((await offered).map(({ file, sha256 }) => [file, sha256]))
    for (const [file, content] of missing) {
      if (read.get(file) !== (await fingerprint(content))) await sendPieces(file, shorten(content))
      sent.set(file, content)
    }
  }

  async function sendPieces(file: string, content: Uint8Array): Promise<void> {
    for (let at = 0; at < content.length; at += PIECE) {
      const bytes = content.subarray(at, at + PIECE)
      await send({ type: 'content', file, size: content.length, at, bytes })
      await setImmediate()
    }
  }

  return {
    sendAhead: (contents) => bring([...contents].filter(isLarge)),
    async sendFor(snapshot) {
      const all = [...snapshot.contents]
      const large = new Map(all.filter(isLarge))
      await bring(large)
      for (const file of sent.keys()) if (!large.has(file)) sent.delete(file)
      const contents = new Map(all.filter((entry) => !isLarge(entry)))
      return { ...snapshot, contents, ahead: [...large.keys()] }
    },
  }
}

const isLarge = ([, content]: readonly [string, Uint8Array]): boolean => content.length >= LARGE

/** Keeps what went ahead, and puts together what comes in pieces. */
export class ContentReceiver {
  #contents = new Map<string, Uint8Array>()

  take({ file, size, at, bytes }: ContentPiece): void {
    // What is in force is not written over.
    const content = at === 0 ? new Uint8Array(size) : this.#contents.get(file)
    if (content === undefined) return
    content.set(bytes, at)
    this.#contents.set(file, content)
  }

  /** Keeps what was read here. */
  put(file: string, content: Uint8Array): void {
    this.#contents.set(file, content)
  }

  /** All that is there, of what is in force and of what may come. */
  get contents(): readonly Uint8Array[] {
    return [...this.#contents.values()]
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
