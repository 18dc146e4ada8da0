import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import {
  type ImportedRegistration,
  type ImportResult,
  type RegistryStore,
  readRegistrationLine,
} from '@mtls-edge/cert-registry'
import { readLines } from './read-lines.js'

/** One transaction each: large enough to be fast, small enough that others go on writing between two. */
const BATCH = 500
/** Lines are read without a pause for this long at most, in milliseconds: each has a certificate to be decoded. */
const SLICE = 4

export interface Imported extends ImportResult {
  /** The first line that is wrong; what stands before it is in. */
  readonly problem: { readonly line: number; readonly message: string } | null
}

export interface ImportContext {
  readonly store: RegistryStore
  readonly actor: string
  /** The domain of lines that name none; `undefined` where they must. */
  readonly domain: string | undefined
  /** The custom domain that a line's domain stands for. @throws where it is none that may be imported */
  readonly resolveDomain: (name: string) => string
}

/** Imports JSON lines as they come, batch by batch, each one whole or not at all. It ends at the first wrong line. */
export async function importLines(body: Readable, context: ImportContext): Promise<Imported> {
  const total = { added: 0, changed: 0, unchanged: 0 }
  let batch: ImportedRegistration[] = []
  let problem: Imported['problem'] = null
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    const { added, changed, unchanged } = await context.store.importBatch(batch, context.actor)
    total.added += added
    total.changed += changed
    total.unchanged += unchanged
    batch = []
  }
  let line = 0
  let sliceEnd = performance.now() + SLICE
  // Whoever sends on still wants the answer: a request that is destroyed takes its connection along.
  for await (const text of readLines(body.iterator({ destroyOnReturn: false }))) {
    line += 1
    if (performance.now() > sliceEnd) {
      await setImmediate()
      sliceEnd = performance.now() + SLICE
    }
    try {
      if (text === null) throw new LineTooLongError()
      if (text.trim() !== '') batch.push(readLine(text, context))
    } catch (error) {
      problem = { line, message: messageOf(error) }
      break
    }
    if (batch.length === BATCH) await flush()
  }
  await flush()
  return { ...total, problem }
}

class LineTooLongError extends Error {
  readonly statusCode = 400
  override readonly message = 'it is longer than any line of an export'
}

function readLine(text: string, { domain, resolveDomain }: ImportContext): ImportedRegistration {
  const entry = readRegistrationLine(text, domain)
  return { ...entry, domain: resolveDomain(entry.domain) }
}

/** What is wrong with a line, where that is known: these messages quote nothing of it. */
function messageOf(error: unknown): string {
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) {
    return error.message
  }
  throw error
}
