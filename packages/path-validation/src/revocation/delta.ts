import type { Crl } from './crl.js'

/**
 * Whether a delta builds on a complete list: of the same issuer, scope and key, not for an older base, and newer than it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-5.2.4 and 6.3.3 (c)
 */
export function isDeltaOf(delta: Crl, base: Crl): boolean {
  if (delta.baseNumber === null || delta.number === null || base.number === null) return false
  return (
    delta.issuer.normalized === base.issuer.normalized &&
    isSameScope(delta, base) &&
    isSameKey(delta, base) &&
    base.number >= delta.baseNumber &&
    base.number < delta.number
  )
}

function isSameScope(one: Crl, other: Crl): boolean {
  if (one.scope === null || other.scope === null) return one.scope === other.scope
  return Buffer.compare(one.scope.der, other.scope.der) === 0
}

function isSameKey(one: Crl, other: Crl): boolean {
  const first = one.authorityKeyIdentifier
  const second = other.authorityKeyIdentifier
  return (
    first?.keyIdentifier === second?.keyIdentifier && first?.serialNumber === second?.serialNumber
  )
}
