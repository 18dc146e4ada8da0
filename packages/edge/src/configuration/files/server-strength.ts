import type { X509Certificate } from 'node:crypto'
import {
  CertificateError,
  findWeakness,
  isSignedByItself,
  readCertificate,
} from '@mtls-edge/path-validation'

/** Why a server's chain can't be served: one of its certificates can't be read, or is too weak. */
export interface ChainFault {
  readonly kind: 'unreadable' | 'weak'
  /** For a sentence: what is wrong with which certificate. */
  readonly detail: string
}

/**
 * Judges keys and signatures of a server's chain by the rule that clients' chains are judged by. OpenSSL's own judgement is
 * another one with each build: Node 22 serves an RSA key of 1024 bits, and no Node minds a signature by SHA-1.
 *
 * @param chain the server's own certificate first
 */
export function findChainFault(chain: readonly X509Certificate[]): ChainFault | null {
  for (const [index, { raw }] of chain.entries()) {
    try {
      // An odd serial number makes no certificate weaker.
      const certificate = readCertificate(raw, { allowOddSerialNumbers: true })
      const isRoot = index > 0 && isSignedByItself(certificate)
      const weakness = findWeakness(certificate, { isRoot })
      if (weakness !== null) return { kind: 'weak', detail: weakness.detail }
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error
      return { kind: 'unreadable', detail: error.message }
    }
  }
  return null
}
