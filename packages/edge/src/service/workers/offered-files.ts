import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { readWhole } from '../../configuration/reading/read-whole.js'
import { fingerprint } from './fingerprint.js'

/** A large file that a worker may read by itself. */
export interface OfferedFile {
  /** Absolute. */
  readonly file: string
  /** As the primary found it, in bytes. */
  readonly size: number
}

/** What a worker read of one. */
export interface HashedFile {
  readonly file: string
  readonly sha256: string
}

/** The primary read the same file a moment ago; what takes longer comes from there. In milliseconds. */
const READ_TIMEOUT = 2_000

/**
 * Reads files that were offered. What can't be read, or is of another size by now, is left out.
 *
 * @param put is given the content of each before its hash is told
 */
export async function readOffered(
  files: readonly OfferedFile[],
  put: (file: string, content: Uint8Array) => void,
): Promise<readonly HashedFile[]> {
  const read: HashedFile[] = []
  for (const { file, size } of files) {
    const content = await Promise.race([readIfSame(file, size), waitInVain()])
    if (content === null) continue
    put(file, content)
    read.push({ file, sha256: await fingerprint(content) })
  }
  return read
}

async function readIfSame(file: string, size: number): Promise<Uint8Array | null> {
  try {
    const stats = await stat(file)
    if (!stats.isFile() || stats.size !== size) return null
    const content = await readWhole(file)
    return content.length === size ? content : null
  } catch {
    return null
  }
}

const waitInVain = (): Promise<null> => pause(READ_TIMEOUT, null, { ref: false })
