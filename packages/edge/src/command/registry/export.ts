import { open } from 'node:fs/promises'
import {
  type EntryFilter,
  type RegistrationState,
  writeRegistrationLine,
} from '@mtls-edge/cert-registry'
import { EXIT } from '../exit.js'
import { resolveFromUser, type Surroundings } from '../surroundings.js'
import { chooseDomain } from './choose-domain.js'
import { createProgressBar } from './progress.js'
import { fail, type RegistryCommandOptions, type RegistrySession, withRegistry } from './session.js'

export interface ExportOptions extends RegistryCommandOptions {
  readonly state?: RegistrationState
}

const CHUNK_LINES = 500

/**
 * `mtls-edge registry export`: all entries of all domains, or of the one that is named, as JSON lines.
 *
 * @returns the exit code: 0, or 1 where the file can't be written
 */
export async function runExport(
  file: string | undefined,
  options: ExportOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withRegistry(options, surroundings, 'read', async (session) => {
    const filter = {
      ...(options.domain === undefined
        ? {}
        : { domain: chooseDomain(session.configuration, options.domain) }),
      ...(options.state === undefined ? {} : { state: options.state }),
    }
    if (file === undefined) {
      const write = (text: string) => surroundings.stdout.write(text)
      await writeAll(filter, session, write, surroundings)
      return EXIT.success
    }
    return await exportToFile(file, filter, session, surroundings)
  })
}

async function exportToFile(
  file: string,
  filter: EntryFilter,
  session: RegistrySession,
  surroundings: Surroundings,
): Promise<number> {
  try {
    // `wx`: an export never takes the place of another one.
    const handle = await open(resolveFromUser(file, surroundings), 'wx')
    try {
      const written = await writeAll(filter, session, (text) => handle.write(text), surroundings)
      surroundings.stdout.write(`${written} exported\n`)
      return EXIT.success
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    const exists = 'code' in error && error.code === 'EEXIST'
    const reason = exists ? 'it is there already: remove it or choose another name' : error.message
    return fail(`${file}: ${reason}`, surroundings)
  }
}

async function writeAll(
  filter: EntryFilter,
  { store }: RegistrySession,
  write: (text: string) => unknown,
  surroundings: Surroundings,
): Promise<number> {
  const total = await store.count(filter)
  const bar = createProgressBar(surroundings)
  let lines: string[] = []
  let written = 0
  const flush = async () => {
    if (lines.length > 0) await write(lines.join(''))
    written += lines.length
    lines = []
    const words = total === null ? `${written}` : `${written} of ${total}`
    bar.update(total === null || total === 0 ? null : written / total, words)
  }
  try {
    for await (const entry of store.export(filter)) {
      lines.push(`${writeRegistrationLine(entry)}\n`)
      if (lines.length === CHUNK_LINES) await flush()
    }
    await flush()
  } finally {
    bar.end()
  }
  return written
}
