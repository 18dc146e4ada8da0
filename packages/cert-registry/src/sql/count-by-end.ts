import { setImmediate } from 'node:timers/promises'
import type { EndCount } from '../store.js'
import type { SqlSession, SqlValue } from './database.js'
import { selectDomains } from './list.js'
import { readState } from './registration-table.js'
import { readBytes, readInteger } from './row.js'

/** What is counted in a few milliseconds, after which whoever else waits for the store has their turn. */
const WINDOW = 10_000

const DAY = 86_400_000

/** A condition that holds for a stretch of the index by expiry, whose last columns are the thumbprint and the state. */
interface Stretch {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

/**
 * Counts entries by state and by the day on which their certificates end. It walks over the index by expiry window by window,
 * and lets others have their turn in between: changes made meanwhile may be in it or not.
 */
export async function countByEnd(session: SqlSession): Promise<readonly EndCount[]> {
  const counts = new Map<string, EndCount>()
  for (const domain of await selectDomains(session)) {
    for await (const stretch of walk(session, domain)) {
      for (const count of await countStretch(session, domain, stretch)) {
        const key = `${domain} ${count.state} ${count.endsOn?.getTime() ?? ''}`
        const entries = (counts.get(key)?.entries ?? 0) + count.entries
        counts.set(key, { ...count, entries })
      }
      await setImmediate()
    }
  }
  return [...counts.values()]
}

async function* walk(session: SqlSession, domain: string): AsyncGenerator<Stretch> {
  yield* cut(session, domain, 'not_after is null', ['thumbprint'])
  yield* cut(session, domain, 'not_after is not null', ['not_after', 'thumbprint'])
}

/** Cuts the entries of a condition, in the order of these columns, into windows. */
async function* cut(
  session: SqlSession,
  domain: string,
  condition: string,
  columns: readonly string[],
): AsyncGenerator<Stretch> {
  const order = columns.join(', ')
  const marks = columns.map(() => '?').join(', ')
  let from: Stretch = { sql: condition, parameters: [] }
  for (;;) {
    const [row] = await session.query(
      `select ${order} from mtls_edge_registration where domain = ? and ${from.sql}
       order by ${order} limit 1 offset ${WINDOW - 1}`,
      [domain, ...from.parameters],
    )
    if (row === undefined) {
      yield from
      return
    }
    const last = columns.map((column) =>
      column === 'thumbprint' ? readBytes(row, column) : readInteger(row, column),
    )
    yield {
      sql: `${from.sql} and (${order}) <= (${marks})`,
      parameters: [...from.parameters, ...last],
    }
    from = { sql: `${condition} and (${order}) > (${marks})`, parameters: last }
  }
}

async function countStretch(
  session: SqlSession,
  domain: string,
  { sql, parameters }: Stretch,
): Promise<readonly EndCount[]> {
  const rows = await session.query(
    `select state, not_after / ${DAY} as day, count(*) as entries
     from mtls_edge_registration where domain = ? and ${sql} group by 1, 2`,
    [domain, ...parameters],
  )
  return rows.map((row) => {
    const { day } = row
    return {
      domain,
      state: readState(row, 'state'),
      endsOn: day === null ? null : new Date(readInteger(row, 'day') * DAY),
      entries: readInteger(row, 'entries'),
    }
  })
}
