import type { Crl, OcspAnswer } from '@mtls-edge/path-validation'

const origins = new WeakMap<Crl | OcspAnswer, string>()

/** Remembers from which address a list or an answer came, for as long as it is there. */
export function rememberOrigin(item: Crl | OcspAnswer, address: string): void {
  origins.set(item, address)
}

/** From which address a list or an answer was fetched; `null` for what was not fetched. */
export function addressOf(item: Crl | OcspAnswer): string | null {
  return origins.get(item) ?? null
}
