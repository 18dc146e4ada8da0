import type { Registration, RegistrationState } from '@mtls-edge/cert-registry'
import { isSignedByItself, readPemCertificates } from '@mtls-edge/path-validation'
import type { Auth0Credential } from './credentials.js'

/**
 * How the two sides differ over one certificate.
 *
 * - `missing_here`: Auth0 takes it, the registry doesn't know it.
 * - `refused_here`: Auth0 takes it, the registry refuses it; that is never loosened.
 * - `missing_at_auth0`: the registry has it as `active`, no client at Auth0 uses it.
 */
export type DifferenceKind = 'missing_here' | 'refused_here' | 'missing_at_auth0'

export interface Difference {
  readonly kind: DifferenceKind
  readonly thumbprint: string
  /** What the registry says; `null` where it knows nothing. */
  readonly state: RegistrationState | null
  /** Who it is for, as far as either side knows. */
  readonly clientName: string | null
  readonly expiresAt: Date | null
  /** Every credential with this certificate, used or not. */
  readonly credentials: readonly Auth0Credential[]
}

/** What both sides hold, set side by side. */
export interface Comparison {
  readonly differences: readonly Difference[]
  /** Certificates that both sides let in. */
  readonly agreed: number
}

/**
 * Compares. What expired counts on neither side, since neither lets it in. A certificate that a CA signed is no business of
 * Auth0's self-signed credentials; an entry without its certificate counts, since nobody can tell.
 */
export function compare(
  entries: readonly Registration[],
  credentials: readonly Auth0Credential[],
  now: Date,
): Comparison {
  const byThumbprint = groupByThumbprint(credentials)
  const known = new Map(entries.map((entry) => [entry.thumbprint, entry]))
  const differences: Difference[] = []
  let agreed = 0
  for (const [thumbprint, same] of byThumbprint) {
    const used = same.filter(({ inUse, expiresAt }) => inUse && !isPast(expiresAt, now))
    const [first] = used
    if (first === undefined) continue
    const state = known.get(thumbprint)?.state ?? null
    if (state === 'active') {
      agreed += 1
      continue
    }
    differences.push({
      kind: state === null ? 'missing_here' : 'refused_here',
      thumbprint,
      state,
      clientName: [...new Set(used.map(({ clientName }) => clientName))].join(', '),
      expiresAt: first.expiresAt,
      credentials: same,
    })
  }
  for (const entry of entries) {
    const same = byThumbprint.get(entry.thumbprint) ?? []
    if (same.some(({ inUse }) => inUse) || !isExpectedAtAuth0(entry, now)) continue
    const { thumbprint, state, clientName, certificate } = entry
    const expiresAt = certificate?.notAfter ?? null
    const facts = { thumbprint, state, clientName, expiresAt, credentials: same }
    differences.push({ kind: 'missing_at_auth0', ...facts })
  }
  return { differences, agreed }
}

function groupByThumbprint(
  credentials: readonly Auth0Credential[],
): ReadonlyMap<string, readonly Auth0Credential[]> {
  const groups = new Map<string, Auth0Credential[]>()
  for (const credential of credentials) {
    const group = groups.get(credential.thumbprint)
    if (group === undefined) groups.set(credential.thumbprint, [credential])
    else group.push(credential)
  }
  return groups
}

function isExpectedAtAuth0({ state, certificate }: Registration, now: Date): boolean {
  if (state !== 'active') return false
  if (certificate === null) return true
  return !isPast(certificate.notAfter, now) && isSelfSigned(certificate.pem)
}

function isSelfSigned(pem: string): boolean {
  try {
    return readPemCertificates(pem).some(isSignedByItself)
  } catch {
    // The edge can't read it either and refuses it: nothing is expected of Auth0.
    return false
  }
}

const isPast = (date: Date | null, now: Date): boolean => date !== null && date <= now
