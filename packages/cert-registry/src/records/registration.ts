import type { RegistrationState } from './state.js'

/** Names one entry: the same certificate may be registered for several domains. */
export interface RegistrationKey {
  /** The custom domain's name; compared without case and trailing dot. */
  readonly domain: string
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  readonly thumbprint: string
}

/** What the certificate itself says. Read from its bytes, never taken from anybody's word. */
export interface CertificateFacts {
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  readonly thumbprint: string
  /** One CERTIFICATE block, encoded anew from the DER: nothing that stood beside it is kept. */
  readonly pem: string
  /** RFC 4514 text. */
  readonly subject: string
  /** RFC 4514 text. */
  readonly issuer: string
  /** Lower-case hex. */
  readonly serialNumber: string
  readonly notBefore: Date
  readonly notAfter: Date
}

/** What people say of the certificate. */
export interface RegistrationLabels {
  /** A name for the client, at most 200 characters. */
  readonly clientName: string | null
  /** Who answers for it, at most 200 characters. */
  readonly owner: string | null
  /** Free text, at most 4,000 characters. */
  readonly notes: string | null
}

/** One entry of the registry. */
export interface Registration extends RegistrationKey, RegistrationLabels {
  readonly state: RegistrationState
  /** `null` when only the thumbprint is known, as after `deny` of a certificate nobody has. */
  readonly certificate: CertificateFacts | null
  readonly createdAt: Date
  readonly changedAt: Date
}

/** What was done to an entry. */
export type RegistryAction =
  | 'add'
  | 'deny'
  | 'suspend'
  | 'activate'
  | 'remove'
  | 'update'
  | 'import'

/** One line of the audit trail, which only grows: who did what, when, and from which state to which. */
export interface AuditEntry extends RegistrationKey {
  /** Grows with every change, without regard to the domain. */
  readonly sequence: number
  readonly at: Date
  readonly actor: string
  readonly action: RegistryAction
  /** `null` when there was no entry before. */
  readonly fromState: RegistrationState | null
  /** `null` when the entry was removed. */
  readonly toState: RegistrationState | null
}
