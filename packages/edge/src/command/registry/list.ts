import type { ListQuery, Registration, RegistrationState } from '@mtls-edge/cert-registry'
import { daysLeft, describeEntry } from '../../registry/entry.js'
import { EXIT } from '../exit.js'
import { createPaint, type Paint } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { chooseDomain } from './choose-domain.js'
import { describeExpiry, oneLine } from './entry-words.js'
import { type RegistryCommandOptions, type RegistrySession, withRegistry } from './session.js'
import { readTimeSpan } from './time-span.js'

export interface ListOptions extends RegistryCommandOptions {
  readonly state?: RegistrationState
  readonly expiring?: string
  readonly json?: boolean
}

const STATE_WIDTH = 9
const EXPIRY_WIDTH = 24
const SOON_DAYS = 30

/**
 * `mtls-edge registry list`: page by page, so that the first lines come at once however many there are.
 *
 * @returns the exit code: 0
 */
export async function runList(options: ListOptions, surroundings: Surroundings): Promise<number> {
  const now = new Date()
  const span = options.expiring === undefined ? null : readTimeSpan(options.expiring)
  return await withRegistry(options, surroundings, 'read', async (session) => {
    const query = {
      domain: chooseDomain(session.configuration, options.domain),
      ...(options.state === undefined ? {} : { state: options.state }),
      ...(span === null ? {} : { expiresBefore: new Date(now.getTime() + span) }),
    }
    const pages = readPages(session, query)
    await (options.json === true
      ? writeJson(pages, now, surroundings)
      : writeTable(pages, now, surroundings))
    return EXIT.success
  })
}

async function* readPages(
  { store }: RegistrySession,
  query: ListQuery,
): AsyncGenerator<readonly Registration[]> {
  for (let after: string | null | undefined; after !== null; ) {
    const page = await store.list({
      ...query,
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    })
    yield page.items
    after = page.next
  }
}

async function writeTable(
  pages: AsyncIterable<readonly Registration[]>,
  now: Date,
  { stdout, stderr, environment }: Surroundings,
): Promise<void> {
  const paint = createPaint(stdout, environment)
  let entries = 0
  for await (const page of pages) {
    if (entries === 0 && page.length > 0) stdout.write(`${paint('bold', header())}\n`)
    entries += page.length
    if (page.length > 0) stdout.write(page.map((entry) => `${row(entry, now, paint)}\n`).join(''))
  }
  if (entries === 0) stderr.write('no entries\n')
}

function header(): string {
  return `${'THUMBPRINT'.padEnd(64)}  ${'STATE'.padEnd(STATE_WIDTH)}  ${'EXPIRES'.padEnd(EXPIRY_WIDTH)}  SUBJECT`
}

function row(entry: Registration, now: Date, paint: Paint): string {
  const days = daysLeft(entry, now)
  const isSoon = days !== null && days < SOON_DAYS
  const state = paint(entry.state === 'active' ? 'green' : 'red', entry.state.padEnd(STATE_WIDTH))
  const expiry = describeExpiry(entry, now).padEnd(EXPIRY_WIDTH)
  const subject = oneLine(entry.certificate?.subject ?? null)
  return `${entry.thumbprint}  ${state}  ${isSoon ? paint('yellow', expiry) : expiry}  ${subject}`
}

async function writeJson(
  pages: AsyncIterable<readonly Registration[]>,
  now: Date,
  { stdout }: Surroundings,
): Promise<void> {
  let separator = '[\n'
  for await (const page of pages) {
    for (const entry of page) {
      stdout.write(`${separator}${JSON.stringify(describeEntry(entry, now))}`)
      separator = ',\n'
    }
  }
  stdout.write(separator === '[\n' ? '[]\n' : '\n]\n')
}
