import { hash } from 'node:crypto'
import type { Certificate } from './certificate.js'
import { readCertificate } from './read-certificate.js'

/** Reads certificates, and gives the same object for the same bytes again. */
export interface CertificateCache {
  /**
   * Like `readCertificate`, for CA certificates that come again with every connection: what was found out about one (its
   * key, who signed it) is found out once.
   *
   * @throws {CertificateError} `malformed_certificate`; a failure is not remembered
   */
  read(der: Uint8Array): Certificate
}

/**
 * Makes a cache that holds the certificates that were asked for last, and no more than `maxEntries` of them (default 1,000: about
 * 5 MB). Anybody may present certificates, so it must be bounded; being in it says nothing of being trusted.
 */
export function createCertificateCache(maxEntries = 1000): CertificateCache {
  const entries = new Map<string, Certificate>()
  return {
    read(der) {
      const thumbprint = hash('sha256', der, 'hex')
      const known = entries.get(thumbprint)
      const certificate = known ?? readCertificate(der)
      // A Map keeps the order of insertion: what is put back stands last, and the first is the oldest.
      if (known !== undefined) entries.delete(thumbprint)
      entries.set(thumbprint, certificate)
      const [oldest] = entries.keys()
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest)
      return certificate
    },
  }
}
