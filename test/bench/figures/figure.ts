import type { Contender } from '../stage/contenders.ts'

/** One thing that was measured, of everybody that it was measured of. */
export interface Figure {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** Whether a row says something beside another one. Default: true. */
  readonly areCompared?: boolean
  readonly rows: readonly Row[]
}

export interface Row {
  readonly name: string
  readonly median: number
  /** The lowest and the highest of the rounds. */
  readonly low: number
  readonly high: number
  readonly rounds: number
}

export function rowOf(name: string, values: readonly number[]): Row {
  const sorted = [...values].sort((a, b) => a - b)
  return {
    name,
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    low: sorted[0] ?? Number.NaN,
    high: sorted.at(-1) ?? Number.NaN,
    rounds: sorted.length,
  }
}

/** Measures all of them in turn, round after round, so that whatever troubles the machine troubles all alike. */
export async function measureInTurn(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<number>,
): Promise<readonly Row[]> {
  const values = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) values.get(contender.name)?.push(await measure(contender))
  }
  return [...values].map(([name, list]) => rowOf(name, list))
}
