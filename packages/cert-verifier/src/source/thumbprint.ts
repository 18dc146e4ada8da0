import { hash } from 'node:crypto'

const thumbprints = new WeakMap<Uint8Array, string>()

/**
 * SHA-256 of a leaf's DER, 64 lower-case hexadecimal digits: worked out once for the bytes that a connection brought. They must not
 * change.
 */
export function thumbprintOf(leaf: Uint8Array): string {
  let thumbprint = thumbprints.get(leaf)
  if (thumbprint === undefined) {
    thumbprint = hash('sha256', leaf)
    thumbprints.set(leaf, thumbprint)
  }
  return thumbprint
}
