import { type Certificate, CertificateError, readCertificate } from '@mtls-edge/path-validation'

/** A pool holds whatever the client sent: what can't be read can't help, and harms nothing. */
export function readPool(pool: readonly Uint8Array[]): readonly Certificate[] {
  return pool.flatMap((der) => {
    try {
      return [readCertificate(der)]
    } catch (error) {
      if (error instanceof CertificateError) return []
      throw error
    }
  })
}
