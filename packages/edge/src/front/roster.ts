/** What can stand in a {@link Roster}. */
export interface RosterMember {
  /** Its place, the roster's own business; -1 where it stands in none. */
  slot: number
}

/**
 * Those that are open now, in no order. What comes and goes with each connection or request stands here, and not in a Set or Map
 * that lives as long as the process: V8 gives those a new table after every few comings and goings, and an old table points to
 * the one after it, for iterators that are on their way. Once such a table is old, each that follows survives the collections of
 * young garbage, with all that stood in it: whole requests, until a full collection stops the process.
 */
export class Roster<Member extends RosterMember> implements Iterable<Member> {
  readonly #members: Member[] = []

  get size(): number {
    return this.#members.length
  }

  add(member: Member): void {
    member.slot = this.#members.push(member) - 1
  }

  /** Nothing happens where it does not stand here. */
  delete(member: Member): void {
    if (this.#members[member.slot] !== member) return
    const last = this.#members.pop()
    if (last !== undefined && last !== member) {
      last.slot = member.slot
      this.#members[last.slot] = last
    }
    member.slot = -1
  }

  /** Those that stand here now; what is done with one of them may change that. */
  [Symbol.iterator](): IterableIterator<Member> {
    return [...this.#members].values()
  }
}
