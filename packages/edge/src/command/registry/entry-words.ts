import type { Registration } from '@mtls-edge/cert-registry'
import { makeHarmless } from '../style.js'

const DAY_MS = 86_400_000

/** Whole days until a certificate expires; negative once it has; `null` where there is no certificate. */
export function daysLeft({ certificate }: Registration, now: Date): number | null {
  if (certificate === null) return null
  return Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY_MS)
}

/** `2027-01-31 (69 days)`, `2026-01-31 (expired)`, or `unknown`. */
export function describeExpiry(entry: Registration, now: Date): string {
  const days = daysLeft(entry, now)
  const date = entry.certificate?.notAfter.toISOString().slice(0, 10)
  if (days === null || date === undefined) return 'unknown'
  if (days < 0) return `${date} (expired)`
  return `${date} (${days} ${days === 1 ? 'day' : 'days'})`
}

/** One line of text from a certificate or a person, harmless to a terminal. */
export function oneLine(text: string | null): string {
  return makeHarmless((text ?? '-').replaceAll('\n', ' '))
}

/** An entry for programs. */
export function entryToJson(entry: Registration, now: Date): object {
  const { certificate } = entry
  return {
    domain: entry.domain,
    thumbprint: entry.thumbprint,
    state: entry.state,
    subject: certificate?.subject ?? null,
    issuer: certificate?.issuer ?? null,
    serialNumber: certificate?.serialNumber ?? null,
    notBefore: certificate?.notBefore ?? null,
    notAfter: certificate?.notAfter ?? null,
    daysLeft: daysLeft(entry, now),
    clientName: entry.clientName,
    owner: entry.owner,
    notes: entry.notes,
    createdAt: entry.createdAt,
    changedAt: entry.changedAt,
  }
}
