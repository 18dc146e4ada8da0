import { open, readFile } from 'node:fs/promises'
import { LARGE_LIST } from '../index.js'

/**
 * Reads a file without holding the process up. A large one is read at once: `readFile` goes to and fro for each half a megabyte, and
 * where all cores are busy, each way waits for its turn.
 *
 * @throws as `readFile` does
 */
export async function readWhole(file: string): Promise<Uint8Array> {
  const handle = await open(file)
  try {
    const stats = await handle.stat()
    if (!stats.isFile() || stats.size < LARGE_LIST) return await readFile(handle)
    const bytes = Buffer.allocUnsafeSlow(stats.size)
    let size = 0
    // What is cut short while it is read ends early.
    for (let read = -1; size < bytes.length && read !== 0; size += read)
      read = (await handle.read(bytes, size, bytes.length - size, size)).bytesRead
    return bytes.subarray(0, size)
  } finally {
    await handle.close()
  }
}
