import type { Certificate } from '../certificate/certificate.js'
import { type Objection, objectTo } from '../path/objection.js'

/**
 * An issuer says of itself that it is a CA. A trust anchor of version 1, which has no means to say so, is taken at the
 * configuration's word.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.4 (k)
 */
export function checkIsCa(issuer: Certificate, isAnchor: boolean): Objection | null {
  if (isAnchor && issuer.version < 3) return null
  if (issuer.extensions.basicConstraints?.ca === true) return null
  return objectTo(issuer, 'not_a_ca', 'its basic constraints do not make it a CA')
}

/**
 * A leaf is not a CA: whoever holds a CA's key can make leaves, and has no business to be one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9
 */
export function checkIsNotCa(leaf: Certificate): Objection | null {
  if (leaf.extensions.basicConstraints?.ca !== true) return null
  return objectTo(leaf, 'ca_as_leaf', 'a CA certificate in the place of a leaf')
}
