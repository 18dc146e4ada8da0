import type { Expiring } from '../api/types.js'
import { html, svg } from '../dom/element.js'
import { formatDaysLeft } from '../dom/format.js'
import { expiryTone } from '../dom/pill.js'

/** The days that the line shows: what comes later stands at its end. */
const MOST_DAYS = 400
const WIDTH = 720
const ROW = 16
const MARGIN = 12
const MARKS = [0, 7, 30, 90, 365]
const MARK_LABELS: Readonly<Record<number, string>> = {
  0: 'today',
  7: '1 week',
  30: '30 days',
  90: '90 days',
  365: '1 year',
}
/** Rows above one another where several expire at about the same time. */
const MOST_ROWS = 8

/**
 * What expires when. Near days have more room than far ones (the root of the days), since it is they that somebody has to do
 * something about.
 */
export function timeLine(items: readonly Expiring[]): HTMLElement {
  const rows = placeInRows(items)
  const height = Math.max(...rows.map(({ row }) => row), 1) * ROW + 60
  const base = height - 28
  const marks = MARKS.flatMap((days) => [
    svg('line', { x1: xOf(days), x2: xOf(days), y1: 4, y2: base, class: 'grid' }),
    svg(
      'text',
      { x: xOf(days), y: height - 8, class: 'axis', 'text-anchor': 'middle' },
      MARK_LABELS[days] ?? null,
    ),
  ])
  const dots = rows.map(({ item, row }) =>
    svg(
      'g',
      { class: `mark mark-${item.kind}`, 'data-tone': expiryTone(item.daysLeft) },
      markOf(item.kind, xOf(item.daysLeft), base - 10 - row * ROW),
      svg('title', {}, `${item.subject} (${item.domain}): ${formatDaysLeft(item.daysLeft)}`),
    ),
  )
  return html(
    'figure',
    { class: 'plot' },
    svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': 'What expires when' },
      ...marks,
      svg('line', { x1: MARGIN, x2: WIDTH - MARGIN, y1: base, y2: base, class: 'axis-line' }),
      ...dots,
    ),
  )
}

/** A shape for each kind, so that colour is not all that tells. */
function markOf(kind: Expiring['kind'], x: number, y: number): SVGElement {
  if (kind === 'registered') return svg('circle', { cx: x, cy: y, r: 5 })
  if (kind === 'server-certificate')
    return svg('rect', { x: x - 5, y: y - 5, width: 10, height: 10 })
  return svg('path', { d: `M${x} ${y - 6}l6 11h-12z` })
}

function xOf(days: number): number {
  const shown = Math.min(Math.max(days, -10), MOST_DAYS)
  const start = Math.sqrt(10)
  const share = shown < 0 ? (start - Math.sqrt(-shown)) / 30 : (start + Math.sqrt(shown) * 1.3) / 30
  return MARGIN + share * (WIDTH - 2 * MARGIN)
}

function placeInRows(
  items: readonly Expiring[],
): readonly { readonly item: Expiring; readonly row: number }[] {
  const ends: number[] = []
  return [...items]
    .sort((one, other) => one.daysLeft - other.daysLeft)
    .map((item) => {
      const x = xOf(item.daysLeft)
      const free = ends.findIndex((end) => x - end >= 13)
      const row = free === -1 ? Math.min(ends.length, MOST_ROWS - 1) : free
      ends[row] = x
      return { item, row }
    })
}
