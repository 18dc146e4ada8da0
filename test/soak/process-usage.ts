import { readdir, readFile } from 'node:fs/promises'

/** What a process and its children take. */
export interface Usage {
  /** Resident memory, in MiB. */
  readonly memory: number
  readonly descriptors: number
}

/** Reads it from `/proc`: Linux alone has that. */
export async function readUsage(pid: number): Promise<Usage> {
  const pids = [pid, ...(await readChildren(pid))]
  const parts = await Promise.all(pids.map(readOne))
  return {
    memory: parts.reduce((sum, { memory }) => sum + memory, 0),
    descriptors: parts.reduce((sum, { descriptors }) => sum + descriptors, 0),
  }
}

async function readChildren(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

async function readOne(pid: number): Promise<Usage> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? []
  const descriptors = await readdir(`/proc/${pid}/fd`)
  return { memory: Number(kib) / 1024, descriptors: descriptors.length }
}

/** How many descriptors a process may have here. */
export async function readDescriptorLimit(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8')
  const [, soft] = /^Max open files\s+(\S+)/m.exec(limits) ?? []
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
}
