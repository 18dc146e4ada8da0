import { readFileSync } from 'node:fs'

/** What the kernel counted of a core so far, in clock ticks. */
interface CoreTicks {
  readonly busy: number
  readonly all: number
}

/** The share of a core that everybody together uses while something runs. */
export async function shareOfCore(core: number, run: () => Promise<unknown>): Promise<number> {
  const before = readTicks(core)
  await run()
  const after = readTicks(core)
  return (after.busy - before.busy) / (after.all - before.all)
}

/** @see https://man7.org/linux/man-pages/man5/proc_stat.5.html user nice system idle iowait irq softirq steal */
function readTicks(core: number): CoreTicks {
  const stat = readFileSync('/proc/stat', 'utf8')
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(stat)?.[1] ?? ''
  const ticks = line.split(' ').slice(0, 8).map(Number)
  const all = ticks.reduce((sum, count) => sum + count, 0)
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all }
}
