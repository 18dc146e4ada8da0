import type { Histogram } from '../api/types.js'
import { html, svg } from '../dom/element.js'
import { formatCount, formatMilliseconds } from '../dom/format.js'

const WIDTH = 340
const HEIGHT = 130
const BOTTOM = 20
const GAP = 2

/** How long something took, as a picture, with the quantiles in words. */
export function histogram(title: string, tone: 'edge' | 'auth0', data: Histogram): HTMLElement {
  const { buckets, count, p50Ms, p90Ms, p99Ms } = data
  const most = Math.max(...buckets.map((bucket) => bucket.count), 1)
  const step = WIDTH / Math.max(buckets.length, 1)
  const base = HEIGHT - BOTTOM
  const bars = buckets.map((bucket, index) => {
    const height = (bucket.count / most) * (base - 4)
    return svg(
      'rect',
      {
        x: index * step + GAP / 2,
        y: base - height,
        width: step - GAP,
        height,
        class: `series-${tone}`,
      },
      svg('title', {}, `${rangeOf(buckets, index)}: ${formatCount(bucket.count)}`),
    )
  })
  const ends = [0, Math.floor(buckets.length / 2), buckets.length - 2].flatMap((index) => {
    const bucket = buckets[index]
    return bucket === undefined || bucket.upToMs === null
      ? []
      : [
          svg(
            'text',
            {
              x: (index + 1) * step,
              y: HEIGHT - 4,
              class: 'axis',
              // The first one has no room before it.
              'text-anchor': index === 0 ? 'start' : 'end',
            },
            formatMilliseconds(bucket.upToMs),
          ),
        ]
  })
  return html(
    'figure',
    { class: 'plot' },
    html('figcaption', {}, html('strong', {}, title), ` (${formatCount(count)} requests)`),
    html(
      'p',
      { class: 'quantiles' },
      `half within ${formatMilliseconds(p50Ms)}, 90 % within ${formatMilliseconds(p90Ms)}, 99 % within ${formatMilliseconds(p99Ms)}`,
    ),
    svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title}, distribution` },
      svg('line', { x1: 0, x2: WIDTH, y1: base, y2: base, class: 'grid' }),
      ...bars,
      ...ends,
    ),
  )
}

function rangeOf(buckets: Histogram['buckets'], index: number): string {
  const from = buckets[index - 1]?.upToMs ?? 0
  const to = buckets[index]?.upToMs ?? null
  return to === null
    ? `more than ${formatMilliseconds(from)}`
    : `${formatMilliseconds(from)} to ${formatMilliseconds(to)}`
}
