/**
 * An allowance that is spent and earned back, never beyond its beginning. What was earned and not used can't be saved up
 * for an attack.
 */
export class Budget {
  readonly #most: number
  readonly #perSecond: number
  #left: number
  #at: number

  /**
   * @param most what is there at the beginning, and at the most
   * @param perSecond what comes back by itself
   * @param now milliseconds, of any clock that only goes forward
   */
  constructor(most: number, perSecond: number, now: number) {
    this.#most = most
    this.#perSecond = perSecond
    this.#left = most
    this.#at = now
  }

  /** Spends, and earns back what was earned meanwhile. Whether there was enough. */
  spend(amount: number, earned: number, now: number): boolean {
    const back = earned + ((now - this.#at) / 1000) * this.#perSecond
    this.#at = now
    this.#left = Math.min(this.#most, this.#left + back - amount)
    return this.#left >= 0
  }
}
