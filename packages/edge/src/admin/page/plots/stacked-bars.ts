import { html, svg } from '../dom/element.js'
import { formatCount } from '../dom/format.js'
import { roundUp, type Series } from './series.js'

export interface StackedBarsOptions {
  /** What a screen reader says of the picture; the figures are in the table below it. */
  readonly title: string
  readonly series: readonly Series[]
  /** A label for each place, oldest first. */
  readonly labels: readonly string[]
}

const WIDTH = 720
const HEIGHT = 200
const LEFT = 44
const BOTTOM = 22
const TOP = 8
const GAP = 0.2
const TICKS = [0, 0.5, 1]
/** How many labels stand under the bars. */
const LABELS = 5

/** Bars over time, stacked, as a picture of SVG that the page's own style colours. */
export function stackedBars({ title, series, labels }: StackedBarsOptions): HTMLElement {
  const totals = labels.map((_label, index) => sumAt(series, index))
  const top = roundUp(Math.max(...totals, 1))
  const step = (WIDTH - LEFT) / labels.length
  const scale = (HEIGHT - BOTTOM - TOP) / top
  const base = HEIGHT - BOTTOM

  const bars = labels.flatMap((label, index) => {
    let y = base
    const parts = series.map(({ label: name, tone, values }) => {
      const value = values[index] ?? 0
      const height = value * scale
      y -= height
      return value === 0
        ? null
        : svg(
            'rect',
            {
              x: LEFT + index * step + (step * GAP) / 2,
              y,
              height,
              width: step * (1 - GAP),
              class: `series-${tone}`,
            },
            svg('title', {}, `${label}: ${formatCount(value)} ${name}`),
          )
    })
    return parts
  })

  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': title },
    ...TICKS.flatMap((tick) => gridLine(base - tick * top * scale, formatCount(tick * top))),
    ...bars,
    ...timeLabels(labels, step),
  )
  return html('figure', { class: 'plot' }, legend(series), picture)
}

function legend(series: readonly Series[]): HTMLElement {
  const items = series.map(({ label, tone, values }) =>
    html(
      'li',
      {},
      html('span', { class: `swatch series-${tone}`, 'aria-hidden': 'true' }),
      `${label}: ${formatCount(values.reduce((sum, value) => sum + value, 0))}`,
    ),
  )
  return html('ul', { class: 'legend' }, ...items)
}

function gridLine(y: number, label: string): SVGElement[] {
  return [
    svg('line', { x1: LEFT, x2: WIDTH, y1: y, y2: y, class: 'grid' }),
    svg('text', { x: LEFT - 6, y: y + 4, class: 'axis', 'text-anchor': 'end' }, label),
  ]
}

function timeLabels(labels: readonly string[], step: number): SVGElement[] {
  const every = Math.ceil(labels.length / LABELS)
  return labels.flatMap((label, index) =>
    index % every === 0
      ? [svg('text', { x: LEFT + index * step, y: HEIGHT - 4, class: 'axis' }, label)]
      : [],
  )
}

const sumAt = (series: readonly Series[], index: number): number =>
  series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)
