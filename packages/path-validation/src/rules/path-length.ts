import type { Certificate } from '../certificate/certificate.js'
import { type Objection, objectTo } from '../path/objection.js'
import { isSelfIssued } from '../path/self-issued.js'

/**
 * No CA stands further below another one than that one's path length allows. Self-issued certificates don't count; the
 * leaf doesn't, and the anchor's own limit holds.
 *
 * @param path from the leaf to the anchor
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.4 (l) and (m)
 */
export function checkPathLength(path: readonly Certificate[]): Objection | null {
  // Nothing limits the anchor, which comes first.
  let left = Number.POSITIVE_INFINITY
  for (let i = path.length - 1; i > 0; i--) {
    const issuer = path[i]
    if (issuer === undefined) continue
    if (!isSelfIssued(issuer)) {
      if (left === 0) {
        return objectTo(issuer, 'path_length_exceeded', 'a CA above it allows no further one')
      }
      left -= 1
    }
    left = Math.min(left, issuer.extensions.basicConstraints?.pathLength ?? left)
  }
  return null
}
