/** How much time has passed, as far as it was this thread's own doing, in milliseconds. */
export type Watch = () => number

/**
 * Starts to measure. On a busy machine the clock counts what others do meanwhile, and the system counts CPU time in ticks of
 * milliseconds, part of which is what was done before: the smaller of the two is nearer to the truth than either.
 */
export function startWatch(): Watch {
  const [cpu, clock] = [cpuTime(), performance.now()]
  return () => Math.min(cpuTime() - cpu, performance.now() - clock)
}

/** Milliseconds. */
function cpuTime(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** The turns of an event loop that is being watched. */
export interface Turns {
  /** The longest so far, in milliseconds. */
  readonly longest: number
  stop(): void
}

/** Milliseconds from one look to the next: to look at each turn would take the processor from what is measured. */
const INTERVAL = 1

/** Watches the turns of this thread's event loop until it is stopped. What is done within a millisecond counts as one. */
export function watchTurns(onTurn: (milliseconds: number) => void = () => {}): Turns {
  let longest = 0
  let watch = startWatch()
  const timer = setInterval(() => {
    const took = watch()
    longest = Math.max(longest, took)
    onTurn(took)
    watch = startWatch()
  }, INTERVAL)
  timer.unref()
  return {
    get longest() {
      return longest
    },
    stop: () => clearInterval(timer),
  }
}
