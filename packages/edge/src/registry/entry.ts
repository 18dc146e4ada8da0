import type { AuditEntry, Registration, RegistrationState } from '@mtls-edge/cert-registry'

/** Milliseconds. */
export const DAY = 86_400_000

/** An entry of the registry for programs: the same from the command line and from the admin API. Times are ISO 8601. */
export interface Entry {
  readonly domain: string
  readonly thumbprint: string
  readonly state: RegistrationState
  /** `null`, as all up to `daysLeft`, where only the thumbprint is known. */
  readonly subject: string | null
  readonly issuer: string | null
  readonly serialNumber: string | null
  readonly notBefore: string | null
  readonly notAfter: string | null
  /** Whole days; negative once it has expired. */
  readonly daysLeft: number | null
  readonly clientName: string | null
  readonly owner: string | null
  readonly notes: string | null
  readonly createdAt: string
  readonly changedAt: string
}

/** Puts an entry into plain data. */
export function describeEntry(entry: Registration, now: Date): Entry {
  const { certificate } = entry
  return {
    domain: entry.domain,
    thumbprint: entry.thumbprint,
    state: entry.state,
    subject: certificate?.subject ?? null,
    issuer: certificate?.issuer ?? null,
    serialNumber: certificate?.serialNumber ?? null,
    notBefore: certificate?.notBefore.toISOString() ?? null,
    notAfter: certificate?.notAfter.toISOString() ?? null,
    daysLeft: daysLeft(entry, now),
    clientName: entry.clientName,
    owner: entry.owner,
    notes: entry.notes,
    createdAt: entry.createdAt.toISOString(),
    changedAt: entry.changedAt.toISOString(),
  }
}

/** A line of the audit trail for programs. */
export type TrailLine = Omit<AuditEntry, 'at'> & { readonly at: string }

/** Puts a line of the trail into plain data. */
export const describeTrailLine = (line: AuditEntry): TrailLine => ({
  ...line,
  at: line.at.toISOString(),
})

/** Whole days until a certificate expires; negative once it has; `null` where there is no certificate. */
export function daysLeft({ certificate }: Registration, now: Date): number | null {
  if (certificate === null) return null
  return Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY)
}
