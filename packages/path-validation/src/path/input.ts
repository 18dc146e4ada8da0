import type { Certificate } from '../certificate/certificate.js'
import type { OcspAnswer } from '../ocsp/answer.js'
import type { Crl } from '../revocation/crl.js'

/** What {@link validatePath} decides over. */
export interface PathInput {
  /** The certificate that is asked about. It is the first of any path, whatever else the pool holds. */
  readonly leaf: Certificate
  /** What came with the leaf: unordered, untrusted, with repetitions and strangers among them. */
  readonly pool: readonly Certificate[]
  /** Intermediates from the configuration: tried before the pool's, and no more trusted. */
  readonly intermediates: readonly Certificate[]
  /** Where paths end: roots, or intermediates that are trusted as if they were. */
  readonly trustAnchors: readonly Certificate[]
  /** The time to decide for; fractions of a second are dropped, as certificates know whole seconds only. */
  readonly at: Date
  /** What the leaf is wanted for. `any` leaves out the rules for leaves of a TLS client (conformance tests). */
  readonly purpose: 'clientAuth' | 'any'
  /** Default: any policy, nothing required, nothing inhibited. */
  readonly policies?: PolicyInput
  /** Default: {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>
  /** Default: none of the old algorithms. */
  readonly algorithms?: AlgorithmSwitches
  /** Default: mode `off`. */
  readonly revocation?: RevocationInput
}

/** What is known of revocation, and what it means where too little is. */
export interface RevocationInput {
  /**
   * `require`: a certificate whose status is unknown is refused. `prefer`: it passes. `off`: nobody looks. A certificate that
   * is known to be revoked is refused by the first two.
   */
  readonly mode: 'require' | 'prefer' | 'off'
  /** The lists, in any order: complete ones and deltas, of any issuer. */
  readonly crls: readonly Crl[]
  /** Answers of OCSP responders, in any order. Either source may say that a certificate is good, or revoked, which wins. */
  readonly ocsp?: readonly OcspAnswer[]
  /** How long after its nextUpdate a list or an answer is still relied on, in milliseconds. Default: 0. */
  readonly staleGrace?: number
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.1 (c), (e), (f), (g) */
export interface PolicyInput {
  /** Acceptable policies as dotted numbers; 2.5.29.32.0 is any of them. Default: any. */
  readonly initialPolicySet?: readonly string[]
  /** Whether the path must be valid for one of them. Default: false. */
  readonly requireExplicitPolicy?: boolean
  /** Default: false. */
  readonly inhibitPolicyMapping?: boolean
  /** Default: false. */
  readonly inhibitAnyPolicy?: boolean
}

/** Algorithms that are refused by default, for conformance tests. Never set one for a client's certificate. */
export interface AlgorithmSwitches {
  /** Signatures over SHA-1. Default: false. */
  readonly dangerouslyAllowSha1?: boolean
  /** DSA keys and signatures. Default: false. */
  readonly dangerouslyAllowDsa?: boolean
}

/** How much one verdict may cost. What goes over is refused with `budget_exceeded`. */
export interface Limits {
  /** Certificates in a path, the leaf and the anchor with them. */
  readonly maxPathLength: number
  /** Signatures that are checked; one by a P-384 key counts as two, by a P-521 key as three. */
  readonly maxSignatureChecks: number
  /** Candidates that are tried as an issuer. */
  readonly maxCandidates: number
  /** Comparisons of a name with a constraint. */
  readonly maxNameComparisons: number
  /** Nodes and edges of the policy graph. */
  readonly maxPolicyNodes: number
  /** Certificates of the pool that are looked at; the rest is ignored. */
  readonly maxPoolSize: number
  /** The largest RSA modulus that is used to check a signature, in bits. */
  readonly maxRsaBits: number
}

/**
 * The limits where none are given: no input costs more than 60 ms of CPU. The signatures take 30 ms of them at the most.
 */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxPathLength: 10,
  maxSignatureChecks: 24,
  maxCandidates: 200,
  maxNameComparisons: 20_000,
  maxPolicyNodes: 2_000,
  maxPoolSize: 32,
  maxRsaBits: 8192,
})
