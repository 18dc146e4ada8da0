import { count, makeHarmless, type Paint } from '../command/style.js'
import type { Outcome } from './finding.js'
import type { CheckResult, SelftestReport } from './run-checks.js'

const COLORS = { pass: 'green', warn: 'yellow', fail: 'red', unknown: 'dim' } as const
const OUTCOME_WIDTH = 8

/** Writes a report for people: a table for the address and for each domain, the mend under what needs one, a summary. */
export function writeReport({ counts, results }: SelftestReport, paint: Paint): string {
  const width = Math.max(...results.map(({ title }) => title.length))
  const lines: string[] = []
  let group: string | null = null
  for (const result of results) {
    const title = titleOf(result)
    if (title !== group) lines.push(...(group === null ? [] : ['']), paint('bold', title))
    group = title
    lines.push(...writeResult(result, width, paint))
  }
  lines.push('', summarize(counts, paint))
  return `${lines.join('\n')}\n`
}

function titleOf({ domain, host }: CheckResult): string {
  if (host !== null) return host
  return domain === null ? 'every host' : `${domain} to Auth0`
}

function writeResult(
  { outcome, title, seen, mend }: CheckResult,
  width: number,
  paint: Paint,
): readonly string[] {
  const mark = paint(COLORS[outcome], outcome.padEnd(OUTCOME_WIDTH))
  // What was seen may come from the other side: it gets one line, and no control characters.
  const line = makeHarmless(seen.replaceAll('\n', ' '))
  return [
    `  ${mark} ${title.padEnd(width)}  ${line}`,
    ...(mend === null ? [] : [`  ${' '.repeat(OUTCOME_WIDTH)} -> ${mend}`]),
  ]
}

function summarize(counts: Readonly<Record<Outcome, number>>, paint: Paint): string {
  const { pass, warn, fail, unknown } = counts
  const words = `${pass} passed, ${count(warn, 'warning')}, ${fail} failed, ${unknown} unknown`
  return paint(fail === 0 ? 'green' : 'red', words)
}
