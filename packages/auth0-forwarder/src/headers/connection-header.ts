/**
 * The Connection header names fields that are for this connection alone; an intermediary removes them.
 *
 * That makes it a tool to take headers away behind the back of whoever looked at them in front. Three rules answer it:
 * ours are added after the removal, so none of them can be named away; a field that means something to every recipient
 * may not be named (a sender MUST NOT, and a request that does is refused); all else that is named is removed.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */

/** Fields whose removal would change what the request says: who asks, in what words, of which length. */
const endToEnd = new Set([
  'authorization',
  'dpop',
  'cookie',
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'cache-control',
  'auth0-forwarded-for',
])

/** What nearly every Connection header is. */
const alone = new Set(['keep-alive', 'Keep-Alive', 'close', 'Close'])
const none: readonly string[] = []

/**
 * Reads the options of a Connection header.
 *
 * @param value - the field's value; several fields are joined by commas first
 * @returns names in lower case, without `close` and `keep-alive`
 */
export function readConnectionOptions(value: string): readonly string[] {
  if (alone.has(value)) return none
  const options: string[] = []
  for (const part of value.split(',')) {
    const option = part.trim().toLowerCase()
    if (option !== '' && option !== 'close' && option !== 'keep-alive') options.push(option)
  }
  return options
}

/** Whether a Connection option names a field that is meant for every recipient. */
export function isEndToEndField(name: string): boolean {
  return endToEnd.has(name) || name.startsWith('x-fapi-')
}
