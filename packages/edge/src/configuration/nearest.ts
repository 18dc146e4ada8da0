import { distance } from 'fastest-levenshtein'

/** More than this share of the letters different, and a word is another word, not a slip. */
const MAX_SHARE = 0.45

/** The known word that is meant most likely, or `null` where none is near. Case does not count. */
export function findNearest(word: string, known: readonly string[]): string | null {
  let nearest: string | null = null
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const steps = distance(word.toLowerCase(), candidate.toLowerCase())
    const isNear = steps <= Math.max(word.length, candidate.length) * MAX_SHARE
    if (isNear && steps < least) {
      nearest = candidate
      least = steps
    }
  }
  return nearest
}
