/**
 * A time by which something must have happened, moved on with each request. One timer serves all of them: it sleeps no longer
 * than the shortest wait there is, looks whether the time has come, and sleeps again. Nothing is armed for a request.
 */
export class Deadline {
  readonly #longestSleep: number
  readonly #onReached: () => void
  #at = Number.POSITIVE_INFINITY
  #wakesAt = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | null = null

  /** @param longestSleep - ms; waits that are shorter are possible, and cost a timer each */
  constructor(longestSleep: number, onReached: () => void) {
    this.#longestSleep = longestSleep
    this.#onReached = onReached
  }

  /** From now on, and instead of what was set before. */
  set(ms: number): void {
    this.#at = performance.now() + ms
    if (this.#at < this.#wakesAt) this.#sleep(ms)
  }

  /** Nothing is waited for. */
  clear(): void {
    this.#at = Number.POSITIVE_INFINITY
  }

  /** For good. */
  stop(): void {
    this.clear()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #sleep(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const sleep = Math.max(1, Math.ceil(Math.min(ms, this.#longestSleep)))
    this.#wakesAt = performance.now() + sleep
    // The connection keeps the process alive while a request is on it, and nothing else does.
    this.#timer = setTimeout(wake, sleep, this)
    this.#timer.unref()
  }

  /** Called by the timer alone. */
  wake(): void {
    this.#timer = null
    this.#wakesAt = Number.POSITIVE_INFINITY
    if (this.#at === Number.POSITIVE_INFINITY) return
    const left = this.#at - performance.now()
    if (left > 0) {
      this.#sleep(left)
      return
    }
    this.clear()
    this.#onReached()
  }
}

const wake = (deadline: Deadline): void => deadline.wake()
