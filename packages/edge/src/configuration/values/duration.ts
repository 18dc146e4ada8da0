import type { Place } from '../place.js'

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A timer of Node's holds at most 2^31 - 1 ms; a longer one would fire at once. */
const MAX_DURATION = 2_147_483_647

/** Reads `500ms`, `20s`, `5m`, `2h`, `1d` into milliseconds; at most 24 days. */
export function readDuration(
  text: string | undefined,
  fallback: number,
  place: Place,
): number | null {
  if (text === undefined) return place.isSpoilt ? null : fallback
  const match = DURATION.exec(text)
  const milliseconds = Math.round(
    Number(match?.[1]) * (MILLISECONDS[match?.[2] ?? ''] ?? Number.NaN),
  )
  if (Number.isNaN(milliseconds)) {
    return place.error(
      'is not a duration',
      'write a number and its unit, such as 500ms, 20s, 5m or 1h',
    )
  }
  if (milliseconds > MAX_DURATION) {
    return place.error('is too long a time', 'write 24 days (24d) at the most')
  }
  return milliseconds
}
