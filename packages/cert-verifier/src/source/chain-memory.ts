import type { PresentedCertificates } from './presented.js'

/** What a client brought beside its certificate in a full handshake. */
export interface PresentedChain {
  /** DER, in no order. */
  readonly pool: PresentedCertificates['pool']
  /** When: milliseconds since the epoch. */
  readonly since: number
}

/**
 * Remembers what clients brought in full handshakes, for the TLS sessions that they resume: those bring the leaf and
 * OpenSSL's verdict of then, and nothing else. One for each server that has session secrets of its own; none of these throws.
 */
export interface ChainMemory {
  /** False as long as nothing is to be remembered, since nothing resumes: chains are then not even read. Default: true. */
  readonly isRemembering?: boolean
  /** @param thumbprint SHA-256 of the leaf's DER, 64 lower-case hexadecimal digits */
  remember(thumbprint: string, chain: PresentedChain): void
  /** What is known, all handshakes with this leaf taken together; `null` where nothing is, or a promise of either. */
  recall(thumbprint: string): PresentedChain | null | Promise<PresentedChain | null>
  /**
   * A session can't be judged, and its connection is refused with `session_unknown`. As long as it can be resumed, its
   * client may come back with it: it is time for new session secrets.
   */
  reportUnknown(): void
}
