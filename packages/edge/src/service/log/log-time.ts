const SECOND = 1000

/**
 * Makes what writes the time into a line of the log: ISO 8601 to the millisecond, in UTC. All but the milliseconds is made once a
 * second.
 */
export function createLogTime(now: () => number = Date.now): () => string {
  let second = Number.NaN
  let beginning = ''
  return () => {
    const time = now()
    const current = Math.floor(time / SECOND)
    if (current !== second) {
      second = current
      beginning = new Date(time).toISOString().slice(0, -'000Z'.length)
    }
    return `,"time":"${beginning}${String(time - current * SECOND).padStart(3, '0')}Z"`
  }
}
