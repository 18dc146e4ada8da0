import type { RegistrationState } from '../records/state.js'
import { readNullableState } from '../sql/audit-table.js'
import type { SqlRow, SqlSession } from '../sql/database.js'
import { readBytes, readInteger, readText, readThumbprint } from '../sql/row.js'

/** How many lines are read at once. */
export const TRAIL_PAGE = 1000
const COLUMNS = 'sequence, at, domain, thumbprint, to_state'

/** The last line of the trail that was applied; enough of it to know it again. */
export interface Mark {
  readonly sequence: number
  /** Tells the line from another one with the same number, as after a restored backup. */
  readonly fingerprint: string
}

/** One line of the trail, as far as the view needs it. */
export interface TrailLine {
  readonly mark: Mark
  readonly domain: string
  readonly thumbprint: Uint8Array
  readonly state: RegistrationState | null
}

/** The newest line's mark; `null` when there is none. */
export async function readHead(session: SqlSession): Promise<Mark | null> {
  const [row] = await session.query(
    `select ${COLUMNS} from mtls_edge_audit order by sequence desc limit 1`,
  )
  return row === undefined ? null : readLine(row).mark
}

/**
 * The lines after a mark, oldest first, `TRAIL_PAGE` at most.
 *
 * @returns `null` when the line of the mark is no more what it was: the store is another one
 */
export async function readTrail(
  session: SqlSession,
  mark: Mark | null,
): Promise<readonly TrailLine[] | null> {
  const rows = await session.query(
    `select ${COLUMNS} from mtls_edge_audit where sequence >= ? order by sequence limit ?`,
    [mark?.sequence ?? 0, TRAIL_PAGE + 1],
  )
  const lines = rows.map(readLine)
  if (mark === null) return lines.slice(0, TRAIL_PAGE)
  if (lines[0]?.mark.fingerprint !== mark.fingerprint) return null
  return lines.slice(1)
}

function readLine(row: SqlRow): TrailLine {
  const sequence = readInteger(row, 'sequence')
  const domain = readText(row, 'domain')
  const at = readInteger(row, 'at')
  return {
    mark: { sequence, fingerprint: `${sequence} ${at} ${readThumbprint(row)} ${domain}` },
    domain,
    thumbprint: readBytes(row, 'thumbprint'),
    state: readNullableState(row, 'to_state'),
  }
}
