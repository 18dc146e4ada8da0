/**
 * What the client brought in the TLS handshake, as bytes.
 *
 * Nothing here is trusted. `pool` is unordered: whatever came beside the leaf, expected or not.
 */
export interface PresentedCertificates {
  /** DER of the certificate whose key the client proved to hold. */
  readonly leaf: Uint8Array
  /** DER of the other certificates that came with it. */
  readonly pool: readonly Uint8Array[]
  /** OpenSSL's verdict on the chain; `null` where it was not asked (`explain`). */
  readonly handshake: HandshakeVerdict | null
  /**
   * What a resumed TLS session lacks: `chain`, what came beside the leaf in its full handshake; `handshake`, a verdict of
   * OpenSSL that still holds. Absent: nothing.
   */
  readonly missing?: 'chain' | 'handshake'
}

/** What came over a connection. */
export interface ReceivedCertificates extends PresentedCertificates {
  /** SHA-256 of the leaf's DER, 64 lower-case hexadecimal digits. */
  readonly thumbprint: string
}

export interface HandshakeVerdict {
  readonly verified: boolean
  /** OpenSSL's name of the error, such as `UNABLE_TO_GET_ISSUER_CERT`; `null` when verified. */
  readonly error: string | null
}
