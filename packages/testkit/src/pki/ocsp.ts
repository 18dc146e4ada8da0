import { createHash, KeyObject } from 'node:crypto'
import { CRL_REASONS, type CrlReason } from './crl-options.js'
import {
  bitString,
  context,
  contextPrimitive,
  type Der,
  enumerated,
  generalizedTime,
  integerOfOctets,
  objectIdentifier,
  octetString,
  sequence,
} from './der.js'
import { type Extension, encodeExtension } from './extension.js'
import type { Issued } from './issued.js'
import { type KeyPair, publicKeyOctets, spkiOf } from './key.js'
import { flipBit, hashAlgorithm, type SignatureOptions, signerOf } from './signature.js'

const HOUR = 3_600_000

const RESPONSE_STATUS = {
  successful: 0,
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const

/** What a responder says of one certificate. */
export interface OcspAnswer {
  readonly certificate: Issued
  /** Default: `good`. */
  readonly status?: 'good' | 'revoked' | 'unknown'
  /** When it was revoked. Default: an hour before `thisUpdate`. */
  readonly revokedAt?: Date
  readonly reason?: CrlReason
  /** Default: an hour ago. */
  readonly thisUpdate?: Date
  /** Default: a day from now. `null` leaves it out. */
  readonly nextUpdate?: Date | null
  /** Hash of the CertID. Default: `sha1`. */
  readonly hash?: 'sha1' | 'sha256'
  /** The CA in the CertID, where it is not the certificate's issuer. */
  readonly issuer?: Issued
}

/** Everything that `issueOcspResponse` lets a test choose. */
export interface OcspResponseOptions {
  /** Default: `successful`; anything else makes a response without answers. */
  readonly responseStatus?: keyof typeof RESPONSE_STATUS
  readonly answers: readonly OcspAnswer[]
  /** Whoever answers: the CA, or a delegate with the purpose OCSPSigning. */
  readonly responder: Issued
  /** Default: by name. */
  readonly responderId?: 'name' | 'key'
  /** Certificates in the response. Default: the responder's, where it did not issue the first certificate. */
  readonly certificates?: readonly Issued[]
  /** Signs with this key instead of the responder's. */
  readonly signingKey?: KeyPair | Issued | KeyObject
  readonly signature?: SignatureOptions
  /** Default: now. */
  readonly producedAt?: Date
  /** Octets of the nonce; absent: none. */
  readonly nonce?: Der
  readonly extraExtensions?: readonly Extension[]
  /** Number of the bit that is turned over in the signature. */
  readonly flipSignatureBit?: number
}

/**
 * Issues an OCSP response in DER. Nothing is refused because RFC 6960 forbids it.
 * @see https://www.rfc-editor.org/rfc/rfc6960#section-4.2
 */
export function issueOcspResponse(options: OcspResponseOptions): Buffer {
  const { responseStatus = 'successful' } = options
  const status = enumerated(RESPONSE_STATUS[responseStatus])
  if (responseStatus !== 'successful') return sequence(status)
  const basic = objectIdentifier('1.3.6.1.5.5.7.48.1.1')
  return sequence(status, context(0, sequence(basic, octetString(encodeBasicResponse(options)))))
}

function encodeBasicResponse(options: OcspResponseOptions): Buffer {
  const { responder, signingKey = responder, answers } = options
  const key = signingKey instanceof KeyObject ? signingKey : signingKey.privateKey
  const signer = signerOf(key, options.signature)
  const data = encodeResponseData(options)
  const signature = flipBit(signer.sign(data), options.flipSignatureBit)
  const isDelegate = answers[0]?.certificate.issuer !== responder
  const certificates = options.certificates ?? (isDelegate ? [responder] : [])
  const field = context(0, sequence(...certificates.map(({ der }) => der)))
  const parts = [data, signer.algorithm, bitString(signature)]
  return sequence(...parts, ...(certificates.length > 0 ? [field] : []))
}

function encodeResponseData(options: OcspResponseOptions): Buffer {
  const { responder, nonce, extraExtensions = [], producedAt = new Date() } = options
  const byKey = () => context(2, octetString(keyHash('sha1', responder)))
  const extensions = [...(nonce ? [nonceExtension(nonce)] : []), ...extraExtensions]
  const field = context(1, sequence(...extensions.map(encodeExtension)))
  return sequence(
    options.responderId === 'key' ? byKey() : context(1, responder.subject),
    generalizedTime(producedAt),
    sequence(...options.answers.map(encodeAnswer)),
    ...(extensions.length > 0 ? [field] : []),
  )
}

function nonceExtension(nonce: Der): Extension {
  return { oid: '1.3.6.1.5.5.7.48.1.2', critical: false, value: octetString(nonce) }
}

function encodeAnswer(answer: OcspAnswer): Buffer {
  const now = Date.now()
  const { thisUpdate = new Date(now - HOUR), nextUpdate = new Date(now + 24 * HOUR) } = answer
  return sequence(
    encodeCertId(answer),
    encodeStatus(answer, new Date(thisUpdate.getTime() - HOUR)),
    generalizedTime(thisUpdate),
    ...(nextUpdate ? [context(0, generalizedTime(nextUpdate))] : []),
  )
}

function encodeStatus({ status = 'good', revokedAt, reason }: OcspAnswer, byDefault: Date): Buffer {
  if (status === 'good') return contextPrimitive(0, Buffer.alloc(0))
  if (status === 'unknown') return contextPrimitive(2, Buffer.alloc(0))
  const why = reason ? [context(0, enumerated(CRL_REASONS[reason]))] : []
  return context(1, generalizedTime(revokedAt ?? byDefault), ...why)
}

function encodeCertId({ certificate, hash = 'sha1', issuer }: OcspAnswer): Buffer {
  const ca = issuer ?? certificate.issuer ?? certificate
  return sequence(
    hashAlgorithm(hash),
    octetString(createHash(hash).update(ca.subject).digest()),
    octetString(keyHash(hash, ca)),
    integerOfOctets(certificate.serialNumber),
  )
}

function keyHash(hash: string, { publicKey }: Issued): Buffer {
  return createHash(hash)
    .update(publicKeyOctets(spkiOf(publicKey)))
    .digest()
}
