import type { Certificate, SignatureAlgorithm } from '../certificate/certificate.js'
import type { CrlEntry } from '../revocation/crl.js'

/** A response as it came: an answer, or why there is none. Nothing in it is verified. */
export type OcspResponse =
  | { readonly status: 'successful'; readonly answer: OcspAnswer }
  | { readonly status: OcspErrorStatus }

/**
 * Why a responder gives no answer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6960#section-4.2.1
 */
export type OcspErrorStatus =
  | 'malformedRequest'
  | 'internalError'
  | 'tryLater'
  | 'sigRequired'
  | 'unauthorized'

/** A signed answer (BasicOCSPResponse), read. Nothing in it is verified. */
export interface OcspAnswer {
  /** Who says that it answers. */
  readonly responder: ResponderId
  readonly producedAt: Date
  /** What is said of each certificate; one at least. */
  readonly statements: readonly OcspStatement[]
  /** What the request brought, where the responder gives it back. */
  readonly nonce: Uint8Array | null
  /** Certificates that came with it: untrusted, the responder's among them where it is not the CA. */
  readonly certificates: readonly Certificate[]
  /** Critical extensions that nothing here interprets. Such an answer must not be used. */
  readonly unknownCritical: readonly string[]
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly toBeSigned: Uint8Array
  readonly signature: Uint8Array
}

export type ResponderId =
  /** The comparison key of its name. */
  | { readonly type: 'name'; readonly normalized: string }
  /** SHA-1 of its public key, lower-case hex. */
  | { readonly type: 'key'; readonly keyHash: string }

/** What a responder says of one certificate. */
export interface OcspStatement {
  readonly certificateId: CertificateId
  readonly status: OcspStatus
  readonly thisUpdate: Date
  /** `null`: newer information is always to be had. */
  readonly nextUpdate: Date | null
}

export type OcspStatus =
  | { readonly type: 'good' | 'unknown' }
  | {
      readonly type: 'revoked'
      readonly revocationDate: Date
      readonly reason: CrlEntry['reason']
    }

/** Which certificate is meant. Hashes and serial number are lower-case hex. */
export interface CertificateId {
  /** `null` for a hash that is not known here: nothing is then found to be meant. */
  readonly hash: CertificateIdHash | null
  readonly issuerNameHash: string
  readonly issuerKeyHash: string
  readonly serialNumber: string
}

export type CertificateIdHash = 'sha1' | 'sha256' | 'sha384' | 'sha512'
