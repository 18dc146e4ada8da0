import { parseThumbprint } from '@mtls-edge/path-validation'
import { readCertificates } from '../files/certificates.js'
import type { NamedFiles } from '../files/named-files.js'
import type { Place } from '../place.js'

const HEX = /^[0-9a-f]+$/
/** Hexadecimal digits of a SHA-1 digest, which browsers and `openssl x509 -fingerprint` show first. */
const SHA1_LENGTH = 40
/** So many digits and nothing else are a thumbprint cut short, not the name of a file. */
const LEAST_DIGITS = 32

const HOW =
  'write what `openssl x509 -noout -fingerprint -sha256 -in FILE` prints behind the equals sign'

/**
 * Reads a SHA-256 thumbprint: hexadecimal with or without colons, base64url, or the path of a PEM file with the
 * certificate. Gives 64 lower-case hexadecimal digits.
 */
export function readThumbprint(text: string, place: Place, files: NamedFiles): string | null {
  // Colons may stand anywhere: people copy what their tools show.
  const thumbprint = parseThumbprint(text) ?? parseThumbprint(text.replaceAll(':', ''))
  if (thumbprint !== null) return thumbprint
  const digits = text.replaceAll(':', '').toLowerCase()
  if (HEX.test(digits) && digits.length === SHA1_LENGTH) {
    return place.error('is a SHA-1 thumbprint', HOW)
  }
  if (HEX.test(digits) && (text.includes(':') || digits.length >= LEAST_DIGITS)) {
    return place.error(`has ${digits.length} digits where a SHA-256 thumbprint has 64`, HOW)
  }
  const file = files.read(text, place)
  const certificates = file === null ? null : readCertificates(file, place)
  if (file === null || certificates === null) return null
  const [certificate, ...others] = certificates
  if (certificate === undefined || others.length > 0) {
    return place.error(
      `names ${file.shown}, which holds ${certificates.length} certificates, and one alone can be meant`,
      'name a file with the one certificate',
    )
  }
  return certificate.thumbprint
}
