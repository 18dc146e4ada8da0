import type { AuditEntry, Registration } from '@mtls-edge/cert-registry'
import { describeEntry } from '../../registry/entry.js'
import { EXIT, UsageError } from '../exit.js'
import { makeHarmless } from '../style.js'
import type { Surroundings } from '../surroundings.js'
import { readCertificateArguments } from './certificate-arguments.js'
import { chooseDomain } from './choose-domain.js'
import type { CommandStore } from './command-store.js'
import { describeExpiry, oneLine } from './entry-words.js'
import { fail, type RegistryCommandOptions, withRegistry } from './session.js'

export interface ShowOptions extends RegistryCommandOptions {
  readonly json?: boolean
}

/**
 * `mtls-edge registry show`: an entry with its certificate and its audit trail. Of a removed entry the trail is left.
 *
 * @returns the exit code: 0, or 1 where the registry never knew the certificate
 */
export async function runShow(
  text: string,
  options: ShowOptions,
  surroundings: Surroundings,
): Promise<number> {
  const [named, ...others] = await readCertificateArguments([text], surroundings)
  if (named === undefined || others.length > 0) {
    throw new UsageError('the file has several certificates: name one by its thumbprint')
  }
  const { thumbprint } = named
  return await withRegistry(options, surroundings, 'read', async ({ store, configuration }) => {
    const key = { domain: chooseDomain(configuration, options.domain), thumbprint }
    const entry = await store.show(key)
    const trail = await readTrail(store, key)
    if (entry === null && trail.length === 0) {
      return fail(`${thumbprint} is not in the registry for ${key.domain}`, surroundings)
    }
    const now = new Date()
    const words =
      options.json === true ? toJson(entry, trail, now) : toText(thumbprint, entry, trail, now)
    surroundings.stdout.write(`${words}\n`)
    return EXIT.success
  })
}

async function readTrail(
  store: CommandStore,
  key: { readonly domain: string; readonly thumbprint: string },
): Promise<readonly AuditEntry[]> {
  const trail: AuditEntry[] = []
  for (let after: string | null = '0'; after !== null; ) {
    const page = await store.audit({ ...key, after, limit: 1000 })
    trail.push(...page.items)
    after = page.next
  }
  return trail
}

function toJson(entry: Registration | null, trail: readonly AuditEntry[], now: Date): string {
  const shown =
    entry === null ? null : { ...describeEntry(entry, now), pem: entry.certificate?.pem ?? null }
  return JSON.stringify({ entry: shown, trail }, null, 2)
}

function toText(
  thumbprint: string,
  entry: Registration | null,
  trail: readonly AuditEntry[],
  now: Date,
): string {
  const lines = entry === null ? [`${thumbprint} was removed`] : describeLines(entry, now)
  const history = trail.map(
    ({ at, action, fromState, toState, actor }) =>
      `  ${at.toISOString()}  ${action.padEnd(8)}  ${fromState ?? '-'} -> ${toState ?? '-'}  ${oneLine(actor)}`,
  )
  return [...lines, '', 'Audit trail', ...history].join('\n')
}

function describeLines(entry: Registration, now: Date): readonly string[] {
  const { certificate, notes } = entry
  const rows = [
    ['Thumbprint', entry.thumbprint],
    ['Domain', entry.domain],
    ['State', entry.state],
    ['Subject', certificate?.subject ?? null],
    ['Issuer', certificate?.issuer ?? null],
    ['Serial', certificate?.serialNumber ?? null],
    ['Valid from', certificate?.notBefore.toISOString() ?? null],
    ['Expires', describeExpiry(entry, now)],
    ['Client', entry.clientName],
    ['Owner', entry.owner],
  ] as const
  const lines = rows.map(([name, value]) => `${name.padEnd(12)}${oneLine(value)}`)
  if (notes === null) return lines
  return [...lines, 'Notes', ...notes.split('\n').map((line) => `  ${makeHarmless(line)}`)]
}
