import type { Exchange } from './exchange.js'

/**
 * Requests that wait for a connection, in the order in which they came. Linked to one another, and not in a Set: V8 gives a Set a new
 * table after every few comings and goings, and an old table points to the one after it. Once such a table is old, each that
 * follows survives the collections of young garbage, with the requests that stood in it, until a full collection stops the process.
 */
export class WaitingLine implements Iterable<Exchange> {
  #first: Exchange | null = null
  #last: Exchange | null = null
  #length = 0

  get length(): number {
    return this.#length
  }

  get first(): Exchange | null {
    return this.#first
  }

  has(exchange: Exchange): boolean {
    return exchange.ahead !== null || exchange === this.#first
  }

  /** Takes one that stands in no line. */
  add(exchange: Exchange): void {
    exchange.ahead = this.#last
    if (this.#last === null) this.#first = exchange
    else this.#last.behind = exchange
    this.#last = exchange
    this.#length += 1
  }

  /** Nothing happens where it does not stand here. Nothing of the line is kept by one that has left it. */
  delete(exchange: Exchange): void {
    if (!this.has(exchange)) return
    const { ahead, behind } = exchange
    if (ahead === null) this.#first = behind
    else ahead.behind = behind
    if (behind === null) this.#last = ahead
    else behind.ahead = ahead
    exchange.ahead = null
    exchange.behind = null
    this.#length -= 1
  }

  /** Those that wait now; what is done with one of them may end others' waiting. */
  [Symbol.iterator](): IterableIterator<Exchange> {
    const all: Exchange[] = []
    for (let next = this.#first; next !== null; next = next.behind) all.push(next)
    return all.values()
  }
}
