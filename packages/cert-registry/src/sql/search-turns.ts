/** More at once would take the connections that changes need, and none of them would be done sooner. */
const AT_ONCE = 2

/** Lets a few searches through at once; all others wait in line. */
export class SearchTurns {
  #running = 0
  readonly #line: (() => void)[] = []

  /**
   * Runs a search when it is its turn.
   *
   * @throws the reason of `signal` where nobody wants it any more by then
   */
  async take<T>(signal: AbortSignal | undefined, search: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      // Whoever ends hands the place on, so nobody who comes now gets it first.
      await new Promise<void>((resolve) => this.#line.push(resolve))
    } else {
      this.#running += 1
    }
    try {
      signal?.throwIfAborted()
      return await search()
    } finally {
      const next = this.#line.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
