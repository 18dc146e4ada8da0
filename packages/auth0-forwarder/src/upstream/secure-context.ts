/**
 * How the target is spoken to by TLS, and whom it is believed by. One context serves all that trust the same roots: it holds some 150
 * certificates, which take 1.5 MB and, to be read, a tenth of a second. Sessions are not kept in it, so that nothing of one target
 * reaches another.
 */
import { constants } from 'node:crypto'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'

/** TLS 1.3's suites, and of TLS 1.2 those that Auth0 takes: ECDHE with AES-GCM or ChaCha20. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** Contexts that are kept, of roots that were asked for last. A service has one list of roots, or a few. */
const mostKept = 8

const kept = new Map<string, SecureContext>()

/** Node's default roots that they were made with: `tls.setDefaultCACertificates` changes them. */
let keptDefaults: readonly string[] = []

/** @param ca - further roots beside Node's default ones, as PEM */
export function shareSecureContext(ca: readonly string[]): SecureContext {
  const defaults = getCACertificates('default')
  // The same list, as long as it holds.
  if (defaults !== keptDefaults) kept.clear()
  keptDefaults = defaults
  const key = ca.join('\n')
  const context = kept.get(key) ?? makeSecureContext(defaults, ca)
  kept.delete(key)
  kept.set(key, context)
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break
    kept.delete(oldest)
  }
  return context
}

function makeSecureContext(defaults: readonly string[], ca: readonly string[]): SecureContext {
  return createSecureContext({
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers,
    // One handshake a connection, before all requests (RFC 9325 section 3.5).
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    // Written out, since Node takes a list in place of its own roots.
    ...(ca.length > 0 && { ca: [...defaults, ...ca] }),
  })
}
