/** A list of numbers that grows without boxing them. */
export class Offsets {
  #values = new Uint32Array(1024)
  size = 0

  push(value: number): void {
    if (this.size === this.#values.length) {
      const larger = new Uint32Array(this.size * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.size++] = value
  }

  get values(): Uint32Array {
    return this.#values.subarray(0, this.size)
  }
}
