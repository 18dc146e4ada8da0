/** What the longest turn of the event loop took, in milliseconds. */
export interface Held {
  /** Of this thread's own work. */
  readonly cpu: number
  /** By the clock, which also counts the time in which other processes had the processor. */
  readonly wall: number
}

/** Watches the event loop of this thread, until it is stopped. It keeps a processor busy. */
export function watchEventLoop(): { stop(): Held } {
  let isOn = true
  let cpu = 0
  let wall = 0
  const ownTime = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let lastOwn = ownTime()
  let lastWall = performance.now()
  const look = () => {
    const [own, now] = [ownTime(), performance.now()]
    cpu = Math.max(cpu, own - lastOwn)
    wall = Math.max(wall, now - lastWall)
    lastOwn = own
    lastWall = now
  }
  const turn = () => {
    look()
    if (isOn) setImmediate(turn)
  }
  setImmediate(turn)
  return {
    stop: () => {
      isOn = false
      // The turn that is under way is one too.
      look()
      return { cpu, wall }
    },
  }
}
