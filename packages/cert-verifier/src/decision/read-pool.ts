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

/** OpenSSL takes no longer chain from a client (`max_cert_list`); to read more from elsewhere would cost more than a decision may. */
const MAX_POOL_BYTES = 100 * 1024

/**
 * A pool holds whatever the client sent: what can't be read can't help, and harms nothing. What is left out for its size can only
 * be missed, never believed.
 */
export function readPool(pool: readonly Uint8Array[]): readonly Certificate[] {
  let bytes = 0
  return pool.flatMap((der) => {
    bytes += der.length
    if (bytes > MAX_POOL_BYTES) return []
    try {
      return [der.length > MAX_REMEMBERED_BYTES ? readCertificate(der) : seen.read(der)]
    } catch (error) {
      if (error instanceof CertificateError) return []
      throw error
    }
  })
}
