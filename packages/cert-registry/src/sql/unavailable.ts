import { RegistryUnavailableError } from '../errors.js'

const OWN_CODE = 'FST_CERT_REGISTRY_'

/** Turns what a database's client threw into the registry's own error; errors of our own stay as they are. */
export function asUnavailable(error: unknown): Error {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith(OWN_CODE)) {
    return error
  }
  return new RegistryUnavailableError({ cause: error })
}

/** Says in one line what lies behind an error, down to the first cause that says anything. */
export function describeCause(error: unknown): string {
  if (error instanceof AggregateError) return describeCause(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  if (error instanceof RegistryUnavailableError && error.cause !== undefined) {
    return describeCause(error.cause)
  }
  return error.message === '' ? error.name : error.message
}
