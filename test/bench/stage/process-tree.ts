/** What the kernel counts of a process and everything that it started: CPU time and memory, read from /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds in a clock tick of /proc, where the kernel keeps nothing finer: Linux has 100 a second everywhere. */
const TICK = 10_000

/** The process and all that descend from it. */
export function processTree(pid: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statFields(Number(name))?.[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [pid]
  for (const member of tree) tree.push(...(children.get(member) ?? []))
  return tree
}

/**
 * CPU time that the tree has used, in microseconds: by the scheduler's own count of each thread, to the nanosecond, and by
 * clock ticks where it keeps none. A thread that has ended is counted in the ticks alone: none here does.
 */
export function cpuTimeOf(pid: number): number {
  return processTree(pid).reduce((sum, member) => sum + cpuTimeOfProcess(member), 0)
}

/** CPU time that the tree uses for each of so many while `run` goes on, in microseconds. */
export async function cpuTimeOfEach(
  { pid }: { readonly pid: number },
  count: number,
  run: () => Promise<unknown>,
): Promise<number> {
  const before = cpuTimeOf(pid)
  await run()
  return (cpuTimeOf(pid) - before) / count
}

/** Resident memory of the tree in bytes. What several processes share is shared out among them (PSS). */
export function memoryOf(pid: number): number {
  return processTree(pid).reduce((sum, member) => sum + proportionalSetSize(member), 0)
}

/** CPU time of one process alone, in microseconds. */
export function cpuTimeOfProcess(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const nanoseconds = threads.reduce(
      (sum, thread) =>
        sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
      0,
    )
    if (nanoseconds > 0) return nanoseconds / 1000
  } catch {
    // No such file in this kernel: ticks then.
  }
  const fields = statFields(pid)
  return fields === null ? 0 : (Number(fields[11]) + Number(fields[12])) * TICK
}

function proportionalSetSize(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** The fields of /proc/PID/stat after the name, which may hold anything: state first, then the parent. */
function statFields(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}
