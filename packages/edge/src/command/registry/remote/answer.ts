import {
  AlreadyRegisteredError,
  InvalidInputError,
  isRegistrationState,
  NotFoundError,
  PrivateKeyError,
  RefusalKeptError,
  RegistryUnavailableError,
  RevokedError,
} from '@mtls-edge/cert-registry'
import { RemoteError } from './errors.js'

/** What an answer of the API holds; nothing of it is believed before it was looked at. */
export type Fields = Readonly<Record<string, unknown>> & {
  readonly [Name in 'state' | 'fromState' | 'toState' | 'outcome' | 'problem' | 'message']?: unknown
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Turns a refusal of the API into the error that the store itself would have thrown, so that commands say the same on
 * either way.
 */
export function errorOf(status: number, body: unknown, origin: string): Error {
  const { code, message, mend, state } = isFields(body) ? body : {}
  if (typeof code !== 'string' || typeof message !== 'string') {
    return new RemoteError(`${origin} answered ${status}, and not as an admin API does: see --url`)
  }
  const known = isRegistrationState(state) ? state : 'revoked'
  switch (code) {
    case 'not_found':
      return new NotFoundError()
    case 'already_registered':
      return new AlreadyRegisteredError(known)
    case 'revoked':
      return new RevokedError()
    case 'refusal_kept':
      return new RefusalKeptError(known)
    case 'private_key':
      return new PrivateKeyError()
    case 'invalid_request':
      return new InvalidInputError(message)
    case 'registry_unavailable':
      return new RegistryUnavailableError({ cause: new Error(`says ${origin}`) })
    case 'unauthorized':
      return new RemoteError(
        `${origin} does not take the token: give the one of \`admin.token\` or \`admin.tokenFile\` in MTLS_EDGE_ADMIN_TOKEN or --token-file`,
      )
    default:
      return new RemoteError(
        `${origin} refused (${code}): ${message}${typeof mend === 'string' ? `; ${mend}` : ''}`,
      )
  }
}

/** Something in an answer is not what it must be. */
export const malformed = (what: string): RemoteError =>
  new RemoteError(`the admin API's answer has no ${what}: is it another version than this command?`)
