import { hash as digest } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.js'
import { readIntegerBytes, readOid, readWholeBits } from '../der/primitive.js'
import { DerReader, TAG } from '../der/reader.js'
import type { CertificateId, CertificateIdHash } from './answer.js'

const WHAT = 'OCSP CertID'

const HASHES: ReadonlyMap<string, CertificateIdHash> = new Map<string, CertificateIdHash>([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

/**
 * Reads a CertID.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6960#section-4.1.1
 */
export function readCertificateId(reader: DerReader): CertificateId {
  const value = reader.read(TAG.sequence, WHAT)
  const algorithm = value.read(TAG.sequence, WHAT)
  const hash = HASHES.get(readOid(algorithm, WHAT)) ?? null
  // RFC 4055 section 2.1: written with NULL and without, both to be accepted.
  algorithm.readOptional(TAG.null, WHAT)?.expectEnd(WHAT)
  algorithm.expectEnd(WHAT)
  const issuerNameHash = hex(value.read(TAG.octetString, WHAT).contents())
  const issuerKeyHash = hex(value.read(TAG.octetString, WHAT).contents())
  const serialNumber = hex(readIntegerBytes(value, WHAT))
  value.expectEnd(WHAT)
  return Object.freeze({ hash, issuerNameHash, issuerKeyHash, serialNumber })
}

/** The CertID that a request for this certificate of this issuer has. */
export function certificateIdOf(
  certificate: Certificate,
  issuer: Certificate,
  hash: CertificateIdHash,
): CertificateId {
  return {
    hash,
    issuerNameHash: digest(hash, certificate.issuer.der, 'hex'),
    issuerKeyHash: hashKey(issuer, hash),
    serialNumber: certificate.serialNumber,
  }
}

/** Whether a CertID means this certificate of this issuer: name, key and number, all three. */
export function isIdOf(id: CertificateId, certificate: Certificate, issuer: Certificate): boolean {
  if (id.hash === null || id.serialNumber !== certificate.serialNumber) return false
  const wanted = certificateIdOf(certificate, issuer, id.hash)
  return id.issuerNameHash === wanted.issuerNameHash && id.issuerKeyHash === wanted.issuerKeyHash
}

/** The hash of a public key without its algorithm, lower-case hex. */
export function hashKey({ publicKey }: Certificate, hash: CertificateIdHash): string {
  const info = new DerReader(publicKey.spki).read(TAG.sequence, WHAT)
  info.read(TAG.sequence, WHAT)
  return digest(hash, readWholeBits(info, WHAT), 'hex')
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
