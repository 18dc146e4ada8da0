import type { Figure } from '../figures/figure.ts'

const WIDTH = 720
const NAMES = 190
const BAR = 18
const GAP = 8
const TOP = 40
const END = 110

/** A figure as bars, in SVG: the medians, with a line from the lowest to the highest round. */
export function plotFigure({ title, unit, rows }: Figure): string {
  const most = Math.max(...rows.map(({ high }) => high).filter((value) => !Number.isNaN(value)))
  const scale = (WIDTH - NAMES - END) / (most || 1)
  const x = (value: number): string => (NAMES + value * scale).toFixed(1)
  const bars = rows.map(({ name, median, low, high }, index) => {
    const y = TOP + index * (BAR + GAP)
    const middle = y + BAR / 2
    const color = name === 'mtls-edge' ? '#0b6' : '#789'
    const value = Number(median.toPrecision(3)).toLocaleString('en')
    return `  <text x="${NAMES - 8}" y="${middle + 4}" text-anchor="end">${escapeText(name)}</text>
  <rect x="${NAMES}" y="${y}" width="${Math.max(0, median * scale).toFixed(1)}" height="${BAR}" fill="${color}"/>
  <line x1="${x(low)}" y1="${middle}" x2="${x(high)}" y2="${middle}" stroke="#222"/>
  <text x="${Number(x(high)) + 6}" y="${middle + 4}">${value} ${unit}</text>`
  })
  const height = TOP + rows.length * (BAR + GAP) + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
  <title>${escapeText(title)}</title>
  <rect width="100%" height="100%" fill="#fff"/>
  <text x="8" y="22" font-size="14" font-weight="bold">${escapeText(title)}</text>
${bars.join('\n')}
</svg>
`
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
