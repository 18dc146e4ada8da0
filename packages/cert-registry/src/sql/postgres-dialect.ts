import pg from 'pg'

const translated = new Map<string, string>()
const TRANSLATED_LIMIT = 256

/** Writes the `?` of the shared dialect as `$1`, `$2`, ... No statement here has a `?` in a text of its own. */
export function postgresSql(sql: string): string {
  const known = translated.get(sql)
  if (known !== undefined) return known
  let number = 0
  const text = sql.replaceAll('?', () => {
    number += 1
    return `$${number}`
  })
  if (translated.size >= TRANSLATED_LIMIT) translated.clear()
  translated.set(sql, text)
  return text
}

/** 64-bit integers as numbers: `pg` gives them as text, and ours (sequences, milliseconds) stay far below 2^53. */
export const postgresTypes = new pg.TypeOverrides()
postgresTypes.setTypeParser(pg.types.builtins.INT8, Number)
