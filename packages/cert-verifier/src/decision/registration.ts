import type { RefusalReason } from '../reason.js'
import type { CertificatePolicy } from './policy.js'

/** What the registry says where it does not refuse. */
export interface Registration {
  readonly isActive: boolean
}

/** Why the registry refuses. */
export interface RegistrationRefusal {
  readonly reason: RefusalReason
  readonly detail: string
}

/**
 * Asks the registry. An entry that is not `active` refuses either kind of certificate, whatever else is
 * configured; and where the store has been away for too long, nobody can tell who was suspended since.
 */
export function checkRegistration(
  policy: CertificatePolicy,
  thumbprint: string,
): Registration | RegistrationRefusal {
  const { registry } = policy
  if (registry === null) return { isActive: false }
  if (!registry.isFresh)
    return { reason: 'registry_unavailable', detail: 'the registry is out of reach for too long' }
  const state = registry.stateOf(policy.domain, thumbprint)
  if (state === null) return { isActive: false }
  if (state === 'active') return { isActive: true }
  return { reason: `registration_${state}`, detail: `the registry's entry is ${state}` }
}
