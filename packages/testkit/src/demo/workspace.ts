import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory that lives as long as the demo. */
export interface Workspace {
  readonly directory: string
  /** Writes a file that only this user can read, and returns its path. */
  write(name: string, content: string): Promise<string>
  /** Removes everything. Synchronous: it also runs where a process is already ending. */
  remove(): void
}

/** Makes a new, empty directory under the system's own for temporary files; only this user can enter it. */
export async function createWorkspace(): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-demo-'))
  return {
    directory,
    async write(name, content) {
      const path = join(directory, name)
      await writeFile(path, content, { mode: 0o600 })
      return path
    },
    remove() {
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
