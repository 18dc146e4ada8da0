import { count, type Paint } from '../../style.js'
import { oneLine } from '../entry-words.js'
import type { Comparison, Difference } from './compare.js'

/** What a synchronisation found and did. */
export interface SyncReport extends Comparison {
  readonly domain: string
  readonly auth0Domain: string
  /** How many were added here. */
  readonly added: number
}

const KINDS = {
  missing_here: 'missing here',
  refused_here: 'refused here',
  missing_at_auth0: 'missing at Auth0',
} as const satisfies Record<Difference['kind'], string>

const WIDTH = 24

/** The report as a table, with one line that sums it up. */
export function writeReport(report: SyncReport, paint: Paint): string {
  const { differences, agreed, added, auth0Domain, domain } = report
  const title = `${'THUMBPRINT'.padEnd(64)}  ${'DIFFERENCE'.padEnd(WIDTH)}  ${'EXPIRES'.padEnd(10)}  CLIENT`
  const rows = differences.map((difference) => row(difference, paint))
  const table = rows.length === 0 ? [] : [paint('bold', title), ...rows]
  const done = added === 0 ? '' : `; ${added} added here`
  const summary = `${count(differences.length, 'difference')} between ${domain} and ${auth0Domain}, ${agreed} agreed${done}`
  return `${[...table, summary].join('\n')}\n`
}

function row(
  { kind, thumbprint, state, clientName, expiresAt, credentials }: Difference,
  paint: Paint,
): string {
  const detail =
    kind === 'refused_here'
      ? ` (${state})`
      : kind === 'missing_at_auth0' && credentials.length > 0
        ? ' (unused)'
        : ''
  const words = paint(
    kind === 'refused_here' ? 'red' : 'yellow',
    `${KINDS[kind]}${detail}`.padEnd(WIDTH),
  )
  const expiry = (expiresAt?.toISOString().slice(0, 10) ?? 'unknown').padEnd(10)
  return `${thumbprint}  ${words}  ${expiry}  ${oneLine(clientName)}`
}

/** The report for programs. */
export function reportToJson({
  domain,
  auth0Domain,
  agreed,
  added,
  differences,
}: SyncReport): object {
  return { agree: differences.length === 0, domain, auth0Domain, agreed, added, differences }
}
