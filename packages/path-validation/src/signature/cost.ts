import type { PublicKey } from '../certificate/certificate.js'

/**
 * What checking one signature with this key costs, in units of at most a millisecond of CPU: measured with the making of the
 * key, P-256, Ed25519 and RSA 2048 take 0.1 ms, P-384 1.5 ms, P-521 3 ms, RSA 8192 1 ms.
 */
export function costOf({ type, bits }: PublicKey): number {
  if (type === 'dsa') return 3
  if (type !== 'ec' || bits === null || bits <= 256) return 1
  return bits <= 384 ? 2 : 3
}
