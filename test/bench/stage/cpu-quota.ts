/** Groups of processes that get a part of a core, by Linux's control groups (version 1, controller `cpu`), which only root may make. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const MOUNT = '/sys/fs/cgroup/cpu'
const PREFIX = 'mtls-edge-bench-'
/**
 * Microseconds in which a group may use its quota: many in a round, and much longer than the few milliseconds after which the kernel sees
 * that a quota is used up. What a process loses by being stopped is lost once in each of them.
 */
const PERIOD = 50_000
/** A process that has ended leaves its group a moment later: attempts, and milliseconds between them. */
const REMOVAL = { attempts: 50, pause: 20 } as const

/** A group. */
export interface Quota {
  /** Takes a process in, with all its threads. */
  add(pid: number): void
  /** Removes the group, whose processes must have been ended. */
  remove(): Promise<void>
}

let made = 0

/**
 * Makes a group that gets this share of one core.
 *
 * @throws where this machine or this user can't
 */
export function createQuota(share: number): Quota {
  made += 1
  const path = join(MOUNT, ownGroup(), `${PREFIX}${process.pid}-${made}`)
  mkdirSync(path)
  try {
    writeFileSync(join(path, 'cpu.cfs_period_us'), String(PERIOD))
    writeFileSync(join(path, 'cpu.cfs_quota_us'), String(Math.round(PERIOD * share)))
  } catch (error) {
    rmdirSync(path)
    throw error
  }
  return {
    add: (pid) => writeFileSync(join(path, 'cgroup.procs'), String(pid)),
    async remove() {
      for (let attempt = 1; ; attempt++) {
        try {
          rmdirSync(path)
          return
        } catch (error) {
          if (attempt === REMOVAL.attempts) throw error
          await setTimeout(REMOVAL.pause)
        }
      }
    },
  }
}

/** Why there can be no such groups, or `null`. */
export async function findQuotaObstacle(): Promise<string | null> {
  try {
    removeLeftBehind()
    await createQuota(0.5).remove()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** A run that was interrupted leaves its groups behind, empty. */
function removeLeftBehind(): void {
  const parent = join(MOUNT, ownGroup())
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue
    try {
      rmdirSync(join(parent, name))
    } catch {
      // Of a run that goes on.
    }
  }
}

/** The group of this process: where it may be only a part of the machine, others must not get more. */
function ownGroup(): string {
  const groups = readFileSync('/proc/self/cgroup', 'utf8')
  return /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1] ?? '/'
}
