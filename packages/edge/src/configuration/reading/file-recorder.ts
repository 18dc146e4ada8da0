import { readFileSync, statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { ReadFile } from '../files/named-files.js'
import { readMark, readMarks } from './file-mark.js'
import { readWhole } from './read-whole.js'
import type { Snapshot } from './snapshot.js'

/** What was read of a file before it was asked for. */
interface Ahead {
  readonly mark: string
  /** `null` where it can't be read. */
  readonly bytes: Uint8Array | null
}

/** Reads files, and remembers what it read and the mark that each file had right before. */
export class FileRecorder {
  readonly #contents = new Map<string, Uint8Array>()
  readonly #marks = new Map<string, string>()
  readonly #ahead = new Map<string, Ahead>()

  /** For `loadConfiguration`. */
  readonly readFile: ReadFile = (file) => {
    const ahead = this.#ahead.get(file)
    // Before the content: a change in between is then seen as one that is yet to be read.
    this.#marks.set(file, ahead?.mark ?? readMark(file))
    const bytes = ahead?.bytes ?? readFileSync(file)
    this.#contents.set(file, bytes)
    return bytes
  }

  /**
   * Reads files without holding the process up, so that {@link readFile} has them at hand. What can't be read, it will tell. Files
   * that were read ahead already are left alone.
   *
   * @param previous what is in force: what is as it was there is the very same object, so that it is in memory once
   */
  async readAhead(files: Iterable<string>, previous: FileRecorder | null = null): Promise<void> {
    const names = [...files].filter((file) => !this.#ahead.has(file))
    const marks = await readMarks(names)
    const contents = await Promise.all(names.map((file) => readWhole(file).catch(() => null)))
    for (const [index, file] of names.entries()) {
      const bytes = contents[index] ?? null
      const before = previous?.contentOf(file) ?? null
      const isSame = before !== null && bytes !== null && (await isEqual(before, bytes))
      this.#ahead.set(file, { mark: marks[index] ?? '', bytes: isSame ? before : bytes })
    }
  }

  /** Whether {@link readFile} would hold the process up with a file of `size` bytes or more. */
  wouldHold(file: string, size: number): boolean {
    if (this.#ahead.has(file)) return false
    return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) >= size
  }

  /** What was read of a file; `null` where nothing was. */
  contentOf(file: string): Uint8Array | null {
    return this.#contents.get(file) ?? null
  }

  /** What was read ahead, by absolute path. */
  get contentsAhead(): ReadonlyMap<string, Uint8Array> {
    const contents = new Map<string, Uint8Array>()
    for (const [file, { bytes }] of this.#ahead) if (bytes !== null) contents.set(file, bytes)
    return contents
  }

  /** By absolute path; those too that could not be read. */
  get marks(): ReadonlyMap<string, string> {
    return this.#marks
  }

  takeSnapshot(file: string, readAt: Date): Snapshot {
    return { file, contents: this.#contents, readAt: readAt.getTime() }
  }
}

/** About 0.1 ms of comparing. */
const COMPARED_AT_ONCE = 1024 * 1024

async function isEqual(one: Uint8Array, other: Uint8Array): Promise<boolean> {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += COMPARED_AT_ONCE) {
    const part = (bytes: Uint8Array) => bytes.subarray(at, at + COMPARED_AT_ONCE)
    if (Buffer.compare(part(one), part(other)) !== 0) return false
    if (at > 0) await setImmediate()
  }
  return true
}
