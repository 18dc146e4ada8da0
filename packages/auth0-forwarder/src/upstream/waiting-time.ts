import type { Exchange } from './exchange.js'
import type { WaitingLine } from './waiting-line.js'

/**
 * Bounds how long requests wait in a line. All have the same time, so that the first one's is over first: one timer serves them all, and
 * nothing is armed for a request.
 */
export class WaitingTime {
  readonly #line: WaitingLine
  readonly #most: number
  readonly #onOver: (exchange: Exchange) => void
  #timer: NodeJS.Timeout | null = null

  /**
   * @param most - ms
   * @param onOver - called for each whose time is over; must take it out of the line
   */
  constructor(line: WaitingLine, most: number, onOver: (exchange: Exchange) => void) {
    this.#line = line
    this.#most = most
    this.#onOver = onOver
  }

  /** To be called when one has come into the line. */
  watch(): void {
    if (this.#timer === null) this.#sleep(this.#most)
  }

  /** For good. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  /** Called by the timer alone. */
  wake(): void {
    this.#timer = null
    const begin = performance.now() - this.#most
    let first = this.#line.first
    for (; first !== null && first.beganAt <= begin; first = this.#line.first) this.#onOver(first)
    if (first !== null) this.#sleep(first.beganAt - begin)
  }

  #sleep(ms: number): void {
    // Who waits has a client, and that one's connection keeps the process alive.
    this.#timer = setTimeout(wake, Math.ceil(ms), this).unref()
  }
}

const wake = (time: WaitingTime): void => time.wake()
