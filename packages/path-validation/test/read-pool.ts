import { type Certificate, CertificateError, readCertificate } from '@mtls-edge/path-validation'

/** Certificates that came along: what can't be read can't help. */
export const readPool = (pool: readonly Uint8Array[]): readonly Certificate[] =>
  pool.flatMap((der) => {
    try {
      return [readCertificate(der)]
    } catch (error) {
      if (error instanceof CertificateError) return []
      throw error
    }
  })
