import type { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { HandshakeVerdict, ReceivedCertificates } from './presented.js'

/**
 * More certificates than any real client sends. A longer chain is read no further: what was left
 * out can only be missed, never believed.
 */
const MAX_PRESENTED_POOL = 10

/**
 * Reads the client's certificates from a TLS socket, or `null` where there is none.
 *
 * The certificate is looked for before `authorized` is believed: a resumed TLS 1.3 session without
 * a certificate is `authorized` all the same (nodejs/node#35317).
 *
 * Call it once a connection, in 'secureConnection': on Node 20 the first call uses the presented
 * chain up, and on Node 24 the chain is not there at all (nodejs/node#65579), so that the pool is
 * empty and only configured intermediates help.
 */
export function readPresentedCertificates(socket: unknown): ReceivedCertificates | null {
  if (!(socket instanceof TLSSocket)) return null
  const leaf = socket.getPeerX509Certificate()
  if (leaf === undefined) return null
  const certificates = new CertificatesOfSocket(leaf, {
    verified: socket.authorized,
    error: socket.authorized ? null : describeAuthorizationError(socket.authorizationError),
  })
  socket.on('close', () => certificates.release())
  return certificates
}

/** Nearly every connection brings a certificate that is known by its thumbprint: no bytes are copied before somebody wants them. */
class CertificatesOfSocket implements ReceivedCertificates {
  readonly thumbprint: string
  readonly handshake: HandshakeVerdict
  #certificate: X509Certificate | null
  #pool: readonly Uint8Array[] | null = null

  constructor(leaf: X509Certificate, handshake: HandshakeVerdict) {
    this.thumbprint = leaf.fingerprint256.replaceAll(':', '').toLowerCase()
    this.handshake = handshake
    this.#certificate = leaf
  }

  get leaf(): Uint8Array {
    return this.#held.raw
  }

  get pool(): readonly Uint8Array[] {
    this.#pool ??= readPool(this.#held)
    return this.#pool
  }

  /**
   * Lets OpenSSL's copies go with the connection: Node's sockets are garbage long before V8 collects them, and of memory that is not its
   * own V8 knows nothing.
   */
  release(): void {
    this.#certificate = null
  }

  /** Whoever still asks afterwards gets no verdict. */
  get #held(): X509Certificate {
    if (this.#certificate === null) throw new Error('the connection is closed')
    return this.#certificate
  }
}

/** Whether the TLS session of this connection was resumed: then the leaf is all there is of the certificates. */
export function isResumed(socket: unknown): boolean {
  return socket instanceof TLSSocket && socket.isSessionReused()
}

/** `issuerCertificate` is the next certificate as sent, in any order: a pool, never an issuer. */
function readPool(leaf: X509Certificate): Uint8Array[] {
  const pool: Uint8Array[] = []
  let next = leaf.issuerCertificate
  while (next !== undefined && pool.length < MAX_PRESENTED_POOL) {
    pool.push(next.raw)
    if (next === next.issuerCertificate) break
    next = next.issuerCertificate
  }
  return pool
}

/** Typed as `Error` and set as a string: both are taken. */
function describeAuthorizationError(error: unknown): string {
  if (typeof error === 'string') return error
  return error instanceof Error ? error.message : 'unknown'
}
