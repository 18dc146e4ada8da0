import type { Certificate } from '../certificate/certificate.js'
import type { PathReason } from './reason.js'

/** What a rule has against a certificate or a path; a rule that has nothing against it gives `null`. */
export interface Objection {
  readonly reason: PathReason
  /** One sentence for people. */
  readonly detail: string
}

/** Makes an objection that names the certificate it is about. */
export function objectTo(certificate: Certificate, reason: PathReason, what: string): Objection {
  return { reason, detail: `${describe(certificate)}: ${what}` }
}

/** A certificate's subject for a sentence, with its thumbprint's beginning, as subjects repeat. */
export function describe(certificate: Certificate): string {
  return `"${certificate.subject.text}" (${certificate.thumbprint.slice(0, 8)})`
}
