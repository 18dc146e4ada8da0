import type { Certificate } from '../certificate/certificate.js'
import { type Objection, objectTo } from '../path/objection.js'

/**
 * A self-signed certificate bears no name of a configured CA, as subject or issuer, unless it has that CA's key: a reader of
 * logs, and any rule by issuer, would take it for what that CA vouches for.
 */
export function checkCaName(
  leaf: Certificate,
  authorities: readonly Certificate[],
): Objection | null {
  const names = [leaf.subject.normalized, leaf.issuer.normalized]
  const forged = authorities.find(
    (authority) =>
      names.includes(authority.subject.normalized) &&
      Buffer.compare(authority.publicKey.spki, leaf.publicKey.spki) !== 0,
  )
  if (forged === undefined) return null
  return objectTo(leaf, 'forged_ca_name', 'it bears the name of a configured CA under another key')
}
