import {
  type Certificate,
  CertificateError,
  createCertificateCache,
  readCertificate,
} from '@mtls-edge/path-validation'

/**
 * Certificates that came beside leaves. The same few intermediates come with all of them, and what was found out about one
 * (whose signature it has) is known as long as it is the same object.
 */
const seen = createCertificateCache(1000)

/** Larger ones, which nobody issues in earnest, are read anew each time and take no place there, in bytes. */
const MAX_REMEMBERED_BYTES = 10_000

/** A pool holds whatever the client sent: what can't be read can't help, and harms nothing. */
export function readPool(pool: readonly Uint8Array[]): readonly Certificate[] {
  return pool.flatMap((der) => {
    try {
      return [der.length > MAX_REMEMBERED_BYTES ? readCertificate(der) : seen.read(der)]
    } catch (error) {
      if (error instanceof CertificateError) return []
      throw error
    }
  })
}
