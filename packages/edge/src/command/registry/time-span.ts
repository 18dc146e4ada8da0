import { UsageError } from '../exit.js'

const SPAN = /^(\d{1,5})(m|h|d|w|y)$/
const HOUR_MS = 3_600_000
const MILLISECONDS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 7 * 24 * HOUR_MS,
  y: 365 * 24 * HOUR_MS,
}

/**
 * Reads a span of time such as `30d`, `12h`, `2w` or `1y` into milliseconds.
 *
 * @throws UsageError
 */
export function readTimeSpan(text: string): number {
  const [, number, unit = ''] = SPAN.exec(text) ?? []
  const milliseconds = Number(number) * (MILLISECONDS[unit] ?? Number.NaN)
  if (Number.isFinite(milliseconds)) return milliseconds
  throw new UsageError('--expiring is a number and its unit, such as 30d, 12h, 2w or 1y')
}
