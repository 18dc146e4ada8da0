import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import {
  type ImportedRegistration,
  type ImportResult,
  readRegistrationLine,
} from '@mtls-edge/cert-registry'
import { EXIT, UsageError } from '../exit.js'
import { resolveFromUser, type Surroundings } from '../surroundings.js'
import { chooseDomain, type DomainNames } from './choose-domain.js'
import { createProgressBar } from './progress.js'
import {
  fail,
  isRegistryError,
  type RegistryCommandOptions,
  type RegistrySession,
  withRegistry,
} from './session.js'

// One transaction each: large enough to be fast, small enough that an edge goes on writing between two.
const BATCH = 1000

interface Source {
  readonly stream: Readable
  /** Bytes; `null` for standard input. */
  readonly size: number | null
}

/**
 * `mtls-edge registry import`: in batches, each one whole or not at all. It ends at the first line that is wrong; what
 * stands before it is in, and importing the mended file again leaves that as it is.
 *
 * @returns the exit code: 0, or 1 where a line was wrong
 */
export async function runImport(
  file: string,
  options: RegistryCommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  const source = await openSource(file, surroundings)
  try {
    return await withRegistry(
      options,
      surroundings,
      'write',
      async (session) => await importAll(source, options, session, surroundings),
    )
  } finally {
    source.stream.destroy()
  }
}

async function importAll(
  { stream, size }: Source,
  options: RegistryCommandOptions,
  { configuration, store, actor }: RegistrySession,
  surroundings: Surroundings,
): Promise<number> {
  const readLine = lineReader(configuration, options.domain)
  const bar = createProgressBar(surroundings)
  const total = { added: 0, changed: 0, unchanged: 0 }
  let batch: ImportedRegistration[] = []
  let bytes = 0
  let number = 0
  let problem: string | null = null
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  const flush = async () => {
    if (batch.length > 0) sumUp(total, await store.importBatch(batch, actor))
    batch = []
    const part = size === null || size === 0 ? null : bytes / size
    bar.update(part, `${number} lines`)
  }
  try {
    for await (const line of createInterface({
      input: stream,
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1
      if (line.trim() === '') continue
      try {
        batch.push(readLine(line))
      } catch (error) {
        if (!isRegistryError(error) && !(error instanceof UsageError)) throw error
        problem = `line ${number}: ${error.message}`
        break
      }
      if (batch.length === BATCH) await flush()
    }
    await flush()
  } finally {
    bar.end()
  }
  const { added, changed, unchanged } = total
  surroundings.stdout.write(`${added} added, ${changed} changed, ${unchanged} unchanged\n`)
  if (problem === null) return EXIT.success
  return fail(`${problem}; all before it is imported: mend the line and import again`, surroundings)
}

/** Lines name their own domain; only those of the configuration are taken, or only the chosen one. */
function lineReader(
  configuration: DomainNames,
  name: string | undefined,
): (line: string) => ImportedRegistration {
  const isOnly = configuration.domains.length === 1
  const chosen = name === undefined && !isOnly ? undefined : chooseDomain(configuration, name)
  return (line) => {
    const entry = readRegistrationLine(line, chosen)
    const domain = chooseDomain(configuration, entry.domain)
    if (name === undefined || domain === chosen) return { ...entry, domain }
    throw new UsageError(`"domain" is ${entry.domain}, and --domain chose ${chosen}`)
  }
}

function sumUp(total: { -readonly [K in keyof ImportResult]: number }, part: ImportResult): void {
  total.added += part.added
  total.changed += part.changed
  total.unchanged += part.unchanged
}

async function openSource(file: string, surroundings: Surroundings): Promise<Source> {
  if (file === '-') return { stream: process.stdin, size: null }
  const path = resolveFromUser(file, surroundings)
  const found = await stat(path).catch(() => null)
  if (found === null) throw new UsageError(`${file}: there is no such file`)
  if (found.isDirectory()) throw new UsageError(`${file}: it is a directory`)
  // A pipe has no size.
  return { stream: createReadStream(path), size: found.isFile() ? found.size : null }
}
