/** Parts of certificates in raw DER, for faults that no honest encoder makes. */

import { type CertificateOptions, der, issueCertificate } from '@mtls-edge/testkit'

export const issuer = issueCertificate({ subject: 'CA', ca: true })
export const issue = (options: CertificateOptions): Uint8Array =>
  issueCertificate({ issuer, ...options }).der

export const {
  sequence,
  integer,
  integerOfOctets,
  objectIdentifier,
  octetString,
  element,
  context,
} = der
export const oid = objectIdentifier
export const extension = (dotted: string, value: Uint8Array, critical = false) => ({
  oid: dotted,
  critical,
  value,
})
export const withExtension = (dotted: string, value: Uint8Array): CertificateOptions => ({
  extraExtensions: [extension(dotted, value)],
})
export const validity = (from: Uint8Array, to: Uint8Array): CertificateOptions => ({
  tbs: { validity: sequence(from, to) },
})
export const good = der.utcTimeOfText('300101000000Z')
export const spki = (algorithm: Uint8Array, key: Uint8Array, unused = 0): CertificateOptions => ({
  tbs: { subjectPublicKeyInfo: sequence(algorithm, der.bitString(key, unused)) },
})
export const rsa = sequence(oid('1.2.840.113549.1.1.1'), der.nullValue())
export const ec = sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'))
export const rsaKey = (n: Uint8Array, e: Uint8Array) =>
  sequence(integerOfOctets(n), integerOfOctets(e))
export const modulus = Buffer.concat([Buffer.of(0), Buffer.alloc(256, 0xc1)])
export const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)])
export const name = (...attributes: Uint8Array[]) =>
  sequence(...attributes.map((one) => element(0x31, one)))
export const commonName = (tag: number, ...bytes: number[]) =>
  name(sequence(oid('2.5.4.3'), element(tag, Uint8Array.from(bytes))))
export const algorithm = (...parts: Uint8Array[]): CertificateOptions => ({
  tbs: { signature: sequence(...parts) },
})
export const hash = (dotted: string) => sequence(oid(dotted), der.nullValue())
export const SHA256 = '2.16.840.1.101.3.4.2.1'
export const mask = (dotted: string) => sequence(oid('1.2.840.113549.1.1.8'), hash(dotted))
export const pss = (...parts: Uint8Array[]) =>
  algorithm(oid('1.2.840.113549.1.1.10'), sequence(...parts))
