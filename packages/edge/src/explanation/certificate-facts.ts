import type { Certificate } from '@mtls-edge/path-validation'

/** A certificate in plain words. Names are escaped: nothing in them acts on a terminal or a log. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** Lower-case hex. */
  readonly serialNumber: string
  /** ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  /** Whole days from the time that was decided for; negative where it has expired. */
  readonly daysLeft: number
  /** Such as `ec prime256v1`. */
  readonly publicKey: string
  /** Such as `ecdsa sha256`. */
  readonly signature: string
  readonly subjectAlternativeNames: readonly string[]
  readonly keyUsage: readonly string[] | null
  readonly extendedKeyUsage: readonly string[] | null
  readonly isCertificateAuthority: boolean
  /** SHA-256, 64 lower-case hex digits. */
  readonly thumbprint: string
  /** The same in base64url, as Auth0 and `cnf` have it. */
  readonly thumbprintBase64url: string
}

/** Milliseconds. */
const DAY = 86_400_000

/** Purposes that have a name in RFC 5280 section 4.2.1.12. */
const PURPOSES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '2.5.29.37.0': 'any',
}

/** Puts what stands in a certificate into words. */
export function describeCertificate(certificate: Certificate, at: Date): CertificateFacts {
  const { publicKey, signatureAlgorithm, extensions } = certificate
  return {
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serialNumber: certificate.serialNumber,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    daysLeft: Math.floor((certificate.notAfter.getTime() - at.getTime()) / DAY),
    publicKey: joinWords(
      publicKey.type,
      publicKey.curve ?? (publicKey.bits === null ? null : `${publicKey.bits} bits`),
    ),
    signature: joinWords(signatureAlgorithm.type, signatureAlgorithm.hash),
    subjectAlternativeNames: (extensions.subjectAlternativeNames ?? []).map(
      ({ type, value }) => `${type}:${value}`,
    ),
    keyUsage: extensions.keyUsage,
    extendedKeyUsage: extensions.extendedKeyUsage?.map((oid) => PURPOSES[oid] ?? oid) ?? null,
    isCertificateAuthority: extensions.basicConstraints?.ca === true,
    thumbprint: certificate.thumbprint,
    thumbprintBase64url: Buffer.from(certificate.thumbprint, 'hex').toString('base64url'),
  }
}

const joinWords = (...words: readonly (string | null)[]): string =>
  words.filter((word) => word !== null).join(' ')
