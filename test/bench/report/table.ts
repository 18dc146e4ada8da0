import type { Figure, Row } from '../figures/figure.ts'

/** Whom the others are compared with. */
const YARDSTICK = 'nginx'

/** A figure as a table in Markdown, which is readable on a terminal too: ratios first. */
export function describeFigure({ title, unit, areCompared = true, rows }: Figure): string {
  const yardstick = areCompared
    ? (rows.find(({ name }) => name === YARDSTICK) ?? rows[0])
    : undefined
  const against = yardstick === undefined ? '' : `x ${yardstick.name}`
  const cells = rows.map((row) => [
    row.name,
    ratio(row, yardstick),
    number(row.median),
    row.rounds > 1 ? `${number(row.low)} to ${number(row.high)}` : '',
  ])
  const lines = [['', against, unit, 'lowest to highest'], ...cells]
  const widths = [0, 1, 2, 3].map((at) => Math.max(...lines.map((line) => (line[at] ?? '').length)))
  const written = lines.map(
    (line) => `| ${line.map((cell, at) => pad(cell, widths[at] ?? 0, at)).join(' | ')} |`,
  )
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(Math.max(3, width)) : `${'-'.repeat(Math.max(2, width - 1))}:`)).join(' | ')} |`
  return [`### ${title}`, '', written[0], rule, ...written.slice(1), ''].join('\n')
}

function ratio(row: Row, yardstick: Row | undefined): string {
  if (yardstick === undefined || Number.isNaN(row.median)) return ''
  return (row.median / yardstick.median).toFixed(2)
}

/** Three significant digits. */
function number(value: number): string {
  if (Number.isNaN(value)) return 'none'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return value.toPrecision(3)
}

const pad = (cell: string, width: number, at: number): string =>
  at === 0 ? cell.padEnd(width) : cell.padStart(width)
