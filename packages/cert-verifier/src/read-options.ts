import {
  type Certificate,
  CertificateError,
  type Crl,
  CrlError,
  readCrl,
  readPemCertificates,
} from '@mtls-edge/path-validation'
import { InvalidOptionError } from './errors.js'

/** Whether the value is one of these words. */
export function isOneOf<const T extends string>(value: unknown, words: readonly T[]): value is T {
  return words.some((word) => word === value)
}

/**
 * Reads PEM texts into certificates; certificates pass.
 *
 * @throws FST_CERT_VERIFIER_INVALID_OPTION with the item's path
 */
export function readCertificates(
  items: readonly (string | Certificate)[],
  path: string,
): readonly Certificate[] {
  if (!Array.isArray(items)) throw new InvalidOptionError(path, 'must be a list of PEM texts')
  return Object.freeze(
    items.flatMap((item, index) =>
      typeof item === 'string' ? readPem(item, `${path}[${index}]`) : item,
    ),
  )
}

function readPem(text: string, path: string): readonly Certificate[] {
  try {
    return readPemCertificates(text)
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    throw new InvalidOptionError(
      path,
      `must be PEM with at least one certificate: ${error.message}`,
    )
  }
}

/**
 * Reads CRLs in DER; what is read already passes.
 *
 * @throws FST_CERT_VERIFIER_INVALID_OPTION with the item's path
 */
export function readCrls(items: readonly (Uint8Array | Crl)[], path: string): readonly Crl[] {
  return Object.freeze(
    items.map((item, index) => {
      if (!(item instanceof Uint8Array)) return item
      try {
        return readCrl(item)
      } catch (error) {
        if (!(error instanceof CrlError)) throw error
        throw new InvalidOptionError(`${path}[${index}]`, `must be a CRL in DER: ${error.message}`)
      }
    }),
  )
}
