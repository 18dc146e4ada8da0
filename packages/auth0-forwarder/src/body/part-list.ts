/** A part takes some 200 bytes more than what is in it, and a body may come byte by byte: so many at the most are kept as they came. */
const MOST_PARTS = 256

/** What has come of a body. */
export class PartList {
  #parts: Buffer[] = []

  get isEmpty(): boolean {
    return this.#parts.length === 0
  }

  add(part: Buffer): void {
    this.#parts.push(part)
    if (this.#parts.length > MOST_PARTS) this.#parts = [Buffer.concat(this.#parts)]
  }

  /** All of it, in its order; the list is empty then. */
  takeAll(): readonly Buffer[] {
    const parts = this.#parts
    this.#parts = []
    return parts
  }

  /** All of it in one; the list is empty then. */
  takeWhole(): Buffer {
    const parts = this.takeAll()
    const [first] = parts
    return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
  }
}
