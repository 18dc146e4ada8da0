import { type Certificate, CertificateError, readPemCertificates } from '@mtls-edge/path-validation'
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
