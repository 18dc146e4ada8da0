/** Names kept by each memory. Both sides spell a few dozen; the bound is for whoever makes names up. */
const mostNames = 512
const longestName = 64

/** What names of header fields are made of. A copy of any other text might be another text. */
const ascii = /^[\x21-\x7e]+$/

/**
 * Remembers what was found out about the names of header fields, by their spelling: for those seen lately it is found out once.
 *
 * @param find - depends on the name alone
 */
export function rememberByName<Found>(find: (name: string) => Found): (name: string) => Found {
  const known = new Map<string, Found>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const found = find(name)
    if (name.length > longestName || !ascii.test(name)) return found
    if (known.size >= mostNames) known.clear()
    known.set(copyOf(name), found)
    return found
  }
}

/** A text of its own: a part of a string keeps the whole of it in memory, and that may be the head of an answer. */
export const copyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')
