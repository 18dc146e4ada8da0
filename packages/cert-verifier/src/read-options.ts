import {
  type Certificate,
  CertificateError,
  type Crl,
  CrlError,
  readCrl,
  readPemCertificates,
} from '@mtls-edge/path-validation'
import { InvalidOptionError } from './errors.js'

/**
 * Refuses a name that is no option: ignored, a misspelt denial would deny nobody.
 *
 * @param path of what holds the names, with its final dot; empty for the options themselves
 * @throws FST_CERT_VERIFIER_INVALID_OPTION
 */
export function refuseUnknown(value: object, known: readonly string[], path: string): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    throw new InvalidOptionError(`${path}${name}`, `is no option: accepted are ${known.join(', ')}`)
  }
}

/**
 * Reads a switch.
 *
 * @throws FST_CERT_VERIFIER_INVALID_OPTION
 */
export function readBoolean(value: unknown, path: string): boolean {
  if (value === undefined) return false
  if (typeof value !== 'boolean') throw new InvalidOptionError(path, 'must be true or false')
  return value
}

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
      typeof item === 'string'
        ? readPem(item, `${path}[${index}]`)
        : asRead(item, `${path}[${index}]`),
    ),
  )
}

/** JavaScript lets a Buffer pass, or Node's own X509Certificate, from which no path would lead anywhere. */
function asRead(item: Certificate, path: string): Certificate {
  if (item?.der instanceof Uint8Array && typeof item.thumbprint === 'string') return item
  throw new InvalidOptionError(
    path,
    "must be PEM text, as readFileSync(FILE, 'utf8') gives it, or a certificate as read by path-validation",
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
      if (!(item instanceof Uint8Array)) {
        if (item?.der instanceof Uint8Array) return item
        throw new InvalidOptionError(
          `${path}[${index}]`,
          'must be a CRL in DER, as bytes, or one as read by path-validation',
        )
      }
      try {
        return readCrl(item)
      } catch (error) {
        if (!(error instanceof CrlError)) throw error
        throw new InvalidOptionError(`${path}[${index}]`, `must be a CRL in DER: ${error.message}`)
      }
    }),
  )
}
