import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Figure } from '../figures/figure.ts'
import { describeMachine } from './machine.ts'
import { plotFigure } from './plot.ts'
import { describeFigure } from './table.ts'

const RESULTS = fileURLToPath(new URL('../results', import.meta.url))

/**
 * Writes the results of a run in place of the last one of its kind: tables, JSON, and a plot for each figure.
 *
 * @param seconds what each part took
 */
export function writeResults(
  name: string,
  startedAt: Date,
  seconds: Readonly<Record<string, number>>,
  figures: readonly Figure[],
): string {
  const directory = join(RESULTS, name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const machine = describeMachine()
  const minutes = Math.round((Date.now() - startedAt.getTime()) / 6_000) / 10
  const about = { date: startedAt.toISOString(), minutes, seconds, load: loadavg(), machine }
  writeFileSync(
    join(directory, 'results.json'),
    `${JSON.stringify({ ...about, figures }, null, 1)}\n`,
  )
  const parts = Object.entries(seconds).map(([part, time]) => `${part} ${time} s`)
  const facts = Object.entries(machine).map(([part, value]) => `- ${part}: ${value}`)
  const tables = [
    `# Results, ${name} run of ${about.date.slice(0, 10)}`,
    '',
    `It took ${minutes} minutes (${parts.join(', ')}); the load of the machine at its end was ${loadavg()[0]?.toFixed(1)}.`,
    '',
    ...facts,
    '',
    ...figures.map(describeFigure),
  ]
  writeFileSync(join(directory, 'results.md'), tables.join('\n'))
  for (const figure of figures)
    writeFileSync(join(directory, `${figure.id}.svg`), plotFigure(figure))
  return directory
}
