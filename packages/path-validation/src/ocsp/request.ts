import type { Certificate } from '../certificate/certificate.js'
import type { CertificateId, CertificateIdHash, OcspAnswer } from './answer.js'
import { certificateIdOf } from './certificate-id.js'

/** What {@link createOcspRequest} asks, and how. */
export interface OcspRequestInput {
  readonly certificate: Certificate
  /** The CA that issued it. */
  readonly issuer: Certificate
  /** The hash of the CertID. It protects nothing; most responders know SHA-1, and some know nothing else. */
  readonly hash: CertificateIdHash
  /** Random bytes that the responder may give back: 32, as RFC 9654 section 2.1 has it. `null`: none. */
  readonly nonce: Uint8Array | null
}

// AlgorithmIdentifiers: SHA-1 with NULL, as all write it, SHA-2 without (RFC 5754 section 2).
const ALGORITHMS: Readonly<Record<CertificateIdHash, string>> = {
  sha1: '300906052b0e03021a0500',
  sha256: '300b0609608648016503040201',
  sha384: '300b0609608648016503040202',
  sha512: '300b0609608648016503040203',
}

const NONCE_OID = Buffer.from('06092b0601050507300102', 'hex')

/**
 * Makes an unsigned OCSP request for one certificate, in DER.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6960#section-4.1
 * @see https://www.rfc-editor.org/rfc/rfc9654 (nonce)
 */
export function createOcspRequest(input: OcspRequestInput): Uint8Array {
  const { certificate, issuer, hash, nonce } = input
  const id = encodeId(certificateIdOf(certificate, issuer, hash), ALGORITHMS[hash])
  const requests = sequence(sequence(id))
  if (nonce === null) return sequence(sequence(requests))
  const extension = sequence(NONCE_OID, element(0x04, element(0x04, nonce)))
  return sequence(sequence(requests, element(0xa2, sequence(extension))))
}

/**
 * Whether an answer is not the replay of another one: its nonce is the one that was sent, or it has none, as many responders
 * sign their answers ahead of time. Its dates limit how old it may be then.
 */
export function isForNonce(answer: OcspAnswer, sent: Uint8Array): boolean {
  return answer.nonce === null || Buffer.compare(answer.nonce, sent) === 0
}

function encodeId(id: CertificateId, algorithm: string): Buffer {
  return sequence(
    Buffer.from(algorithm, 'hex'),
    element(0x04, Buffer.from(id.issuerNameHash, 'hex')),
    element(0x04, Buffer.from(id.issuerKeyHash, 'hex')),
    element(0x02, Buffer.from(id.serialNumber, 'hex')),
  )
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts)

/** One DER element. What stands here is shorter than 65,536 bytes. */
function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const contents = Buffer.concat(parts)
  const size = contents.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...length), contents])
}
