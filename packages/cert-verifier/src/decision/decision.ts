import type { Certificate, TraceStep } from '@mtls-edge/path-validation'
import type { RefusalReason } from '../reason.js'

/** A certificate that may go to Auth0, and as what. Frozen. */
export interface Accepted {
  readonly kind: 'ca-verified' | 'self-signed'
  /** DER of the leaf: what Auth0 gets, and nothing else of the chain. */
  readonly raw: Uint8Array
  /** SHA-256 of the DER, 64 lower-case hexadecimal digits. */
  readonly thumbprint: string
  readonly certificate: Certificate
  /** Leaf to trust anchor, both included; the leaf alone for a self-signed certificate. */
  readonly path: readonly Certificate[]
  /** Whether the registry holds it as `active`. */
  readonly registered: boolean
  /** The certificates of the path of which nobody knows whether they are revoked; some only in mode `prefer`. */
  readonly unknownStatus: readonly Certificate[]
  /** OpenSSL's error where it did not verify the chain and `dangerouslyTrustOwnEngineAlone` let that pass; else `null`. */
  readonly handshakeError: string | null
  /** The verdict holds from here, in milliseconds since the epoch. */
  readonly validFrom: number
  /** ... to here, both inclusive: the earliest end of anything that it rests on. */
  readonly validUntil: number
  readonly trace: readonly TraceStep[]
}

/** A certificate that is refused, or none where one is required. Frozen. */
export interface Refused {
  readonly kind: 'refused'
  readonly reason: RefusalReason
  /** For the log and for `explain`, never for the client. */
  readonly detail: string
  /** `null` where there is no certificate, or none that can be read. */
  readonly thumbprint: string | null
  readonly certificate: Certificate | null
  /** When a refusal for a certificate not yet valid has to be decided anew; else `Infinity`. */
  readonly validUntil: number
  readonly trace: readonly TraceStep[]
}

/** No certificate, on a host where that is allowed. */
export interface NoCertificate {
  readonly kind: 'none'
}

export type Decision = Accepted | Refused

/** What `request.clientCertificate` holds. */
export type ClientCertificate = Accepted | Refused | NoCertificate
