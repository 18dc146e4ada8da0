import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { keyIdentifierOf, spkiOf } from './key.js'

/** A certificate with its key, as `issueCertificate` hands it out. */
export interface Issued {
  readonly der: Buffer
  readonly pem: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The private key in PEM (PKCS#8). */
  readonly keyPem: string
  /** Made when first asked for. Throws where OpenSSL cannot read the certificate. */
  readonly x509: X509Certificate
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  readonly thumbprint: string
  /** SHA-256 of the DER, base64url without padding, as in `x5t#S256`. */
  readonly thumbprintBase64url: string
  /** The subject's Name in DER. */
  readonly subject: Buffer
  /** Content octets of the serial number. */
  readonly serialNumber: Buffer
  /** The identifier that a certificate issued by this one carries. */
  readonly keyIdentifier: Buffer
  /** `null` for a self-signed one. */
  readonly issuer: Issued | null
  /** This certificate and every one above it, the root last. */
  readonly chain: readonly Issued[]
  /** This certificate and those above it without the self-signed end: what a TLS peer sends. */
  readonly chainPem: string
}

/** What makes an {@link Issued}. */
export interface IssuedParts {
  readonly der: Buffer
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly subject: Buffer
  readonly serialNumber: Buffer
  readonly issuer: Issued | null
  readonly keyIdentifier?: Buffer
}

/** PEM (RFC 7468) of any bytes, lines of 64, with the final newline. */
export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** Completes the parts with what can be read off them. */
export function issuedOf(parts: IssuedParts): Issued {
  const { der, privateKey, publicKey, issuer } = parts
  const digest = createHash('sha256').update(der).digest()
  const pem = pemOf('CERTIFICATE', der)
  let x509: X509Certificate | undefined
  return {
    ...parts,
    pem,
    keyIdentifier: parts.keyIdentifier ?? keyIdentifierOf(spkiOf(publicKey)),
    thumbprint: digest.toString('hex'),
    thumbprintBase64url: digest.toString('base64url'),
    get keyPem() {
      return privateKey.export({ type: 'pkcs8', format: 'pem' })
    },
    get x509() {
      x509 ??= new X509Certificate(der)
      return x509
    },
    get chain() {
      return [this, ...(issuer?.chain ?? [])]
    },
    get chainPem() {
      return pem + (issuer?.issuer ? issuer.chainPem : '')
    },
  }
}
