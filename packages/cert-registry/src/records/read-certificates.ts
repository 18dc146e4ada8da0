import {
  CertificateError,
  readPemCertificates,
  writePemCertificate,
} from '@mtls-edge/path-validation'
import { InvalidInputError, PrivateKeyError } from '../errors.js'
import type { CertificateFacts } from './registration.js'

// PKCS #8, PKCS #1, SEC 1, OpenSSH and encrypted forms all have these words in their first line.
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/i

/**
 * Refuses a text with a private key anywhere in it.
 *
 * @throws FST_CERT_REGISTRY_PRIVATE_KEY
 */
export function refusePrivateKeys(text: string): void {
  if (PRIVATE_KEY.test(text)) throw new PrivateKeyError()
}

/**
 * Reads the certificates of a PEM text: one at the least, several in a row are fine.
 *
 * Checks that each is a well-formed certificate. Does not check dates, signatures or whether anybody should trust it.
 *
 * @throws FST_CERT_REGISTRY_PRIVATE_KEY when a private key stands anywhere in the text
 * @throws FST_CERT_REGISTRY_INVALID_INPUT when there is no certificate, or one that cannot be read
 */
export function readCertificates(pem: string): readonly CertificateFacts[] {
  refusePrivateKeys(pem)
  try {
    return readPemCertificates(pem).map((certificate) => ({
      thumbprint: certificate.thumbprint,
      pem: writePemCertificate(certificate.der),
      subject: certificate.subject.text,
      issuer: certificate.issuer.text,
      serialNumber: certificate.serialNumber,
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
    }))
  } catch (error) {
    if (error instanceof CertificateError)
      throw new InvalidInputError(error.message, { cause: error })
    throw error
  }
}
