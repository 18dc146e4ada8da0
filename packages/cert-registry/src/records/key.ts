import { InvalidInputError } from '../errors.js'
import { normalizeDomain } from './domain.js'
import type { CertificateFacts, RegistrationKey } from './registration.js'

/**
 * Brings what names an entry to the spelling that it is kept under.
 *
 * @throws FST_CERT_REGISTRY_INVALID_INPUT when a certificate comes with it and is another one
 */
export function normalizeKey<
  T extends RegistrationKey & { readonly certificate?: CertificateFacts | null },
>(entry: T): T {
  const domain = normalizeDomain(entry.domain)
  const thumbprint = entry.thumbprint.toLowerCase()
  if (entry.certificate && entry.certificate.thumbprint !== thumbprint) {
    throw new InvalidInputError('the certificate is not the one of the thumbprint')
  }
  return { ...entry, domain, thumbprint }
}
