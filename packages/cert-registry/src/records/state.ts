/**
 * What the registry says of a certificate.
 *
 * - `active`: registered; the one state that satisfies `requireRegistration` and `selfSigned: registered`.
 * - `pending`: handed in and not approved yet; refused.
 * - `suspended`: refused until it is activated again.
 * - `revoked`: refused for good; only an explicit `activate` brings it back.
 */
export type RegistrationState = 'active' | 'pending' | 'suspended' | 'revoked'

/** Every state, from the one that lets most in to the one that lets least in. */
export const REGISTRATION_STATES = [
  'active',
  'pending',
  'suspended',
  'revoked',
] as const satisfies readonly RegistrationState[]

/** Tells whether a text from outside is the name of a state. */
export function isRegistrationState(value: unknown): value is RegistrationState {
  return REGISTRATION_STATES.some((state) => state === value)
}

/** The state of two that lets less in: an import may tighten what is there, never loosen it. */
export function stricterState(one: RegistrationState, other: RegistrationState): RegistrationState {
  return REGISTRATION_STATES.indexOf(one) >= REGISTRATION_STATES.indexOf(other) ? one : other
}
