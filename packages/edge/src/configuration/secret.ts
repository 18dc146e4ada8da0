import { inspect } from 'node:util'

const SHOWN = '[secret]'

/**
 * A value that must not be seen: an API key, a private key, a URL with a password in it.
 *
 * However it is printed (`String()`, `JSON.stringify`, `console.log`, a template, a logger), `[secret]` stands there.
 * `reveal()` is the only way to the value, so that a search for it finds every use.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    Object.freeze(this)
  }

  /** The value itself, for the one place that needs it. Never keep it in a longer-lived string than that. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return SHOWN
  }

  toJSON(): string {
    return SHOWN
  }

  [inspect.custom](): string {
    return SHOWN
  }
}
