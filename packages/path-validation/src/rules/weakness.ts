import type { Certificate } from '../certificate/certificate.js'
import type { Objection } from '../path/objection.js'
import { checkKeyStrength, checkSignatureStrength } from './algorithms.js'

/**
 * What is too weak about a certificate by itself: its key, or the algorithm that it is signed by. The rule of
 * {@link validatePath}, for certificates that are on no path to be validated: those that a server serves.
 *
 * It does not look at the signature of a root: whoever trusts a root does so without one.
 *
 * @returns `null` where nothing is too weak
 */
export function findWeakness(
  certificate: Certificate,
  options: { readonly isRoot?: boolean } = {},
): Objection | null {
  const weakKey = checkKeyStrength(certificate, {})
  if (weakKey !== null || options.isRoot === true) return weakKey
  return checkSignatureStrength(certificate, {})
}
