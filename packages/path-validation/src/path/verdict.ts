import type { Certificate } from '../certificate/certificate.js'
import type { RevocationEvidence } from '../revocation/evidence.js'
import type { PathReason } from './reason.js'

/** One step of the search for a path, as data that can be printed. */
export interface TraceStep {
  /**
   * What was done: `candidate` (a certificate was tried as the issuer of the one before it), `rule` (the leaf, or a path
   * that reached an anchor, was refused by a rule), `revocation` (the lists were asked about one certificate), `dead-end` (no
   * issuer is left to try), `accepted`.
   */
  readonly step: 'candidate' | 'rule' | 'revocation' | 'dead-end' | 'accepted'
  /** The path so far, the leaf first: thumbprints and subjects. */
  readonly path: readonly { readonly thumbprint: string; readonly subject: string }[]
  /** Why this step failed; `null` where it did not. */
  readonly reason: PathReason | null
  /** One sentence for people. */
  readonly detail: string
  /** The lists and answers that were asked, where that was the step. */
  readonly evidence: readonly RevocationEvidence[]
}

/** What {@link validatePath} found. */
export type PathVerdict =
  | {
      readonly valid: true
      /** From the leaf that was asked about to the trust anchor. */
      readonly path: readonly Certificate[]
      /** When this verdict ends at the latest: the earliest notAfter of the path, or nextUpdate of what it rests on. */
      readonly notAfter: Date
      /** Whether every certificate below the anchor is known not to be revoked; `unknown` passes in mode `prefer` only. */
      readonly revocation: 'good' | 'unknown' | 'off'
      /** The certificates of the path whose status is not known. */
      readonly unknownStatus: readonly Certificate[]
      readonly trace: readonly TraceStep[]
    }
  | Refusal

/** What {@link checkSelfSigned} found. */
export type SelfSignedVerdict = { readonly valid: true; readonly notAfter: Date } | Refusal

/** A refusal: the most useful reason of all the paths that were tried. */
export interface Refusal {
  readonly valid: false
  readonly reason: PathReason
  /** One sentence for people who run the edge. It may name what stands in certificates, with harmful characters escaped. */
  readonly detail: string
  readonly trace: readonly TraceStep[]
}
