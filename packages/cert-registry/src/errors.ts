import { createError } from '@fastify/error'

/** The last argument of a class that takes one: what lies behind the error, for the log. */
interface Cause {
  readonly cause: unknown
}

/** The store cannot be reached, or did not answer in time. `cause` has the detail. */
export const RegistryUnavailableError = createError<'FST_CERT_REGISTRY_UNAVAILABLE', 503, [Cause]>(
  'FST_CERT_REGISTRY_UNAVAILABLE',
  'the registry of certificates cannot be reached',
  503,
)

/**
 * The same, while the registry is being opened. No client sees this: the message names the place, without user and
 * password, and the reason.
 */
export const NotOpenedError = createError<
  'FST_CERT_REGISTRY_UNAVAILABLE',
  503,
  [string, string, Cause]
>('FST_CERT_REGISTRY_UNAVAILABLE', 'the registry %s cannot be opened: %s', 503)

/** The registry's address cannot be used; the argument says why and how to mend it. */
export const InvalidLocationError = createError<
  'FST_CERT_REGISTRY_INVALID_LOCATION',
  500,
  [string]
>('FST_CERT_REGISTRY_INVALID_LOCATION', "the registry's address cannot be used: %s", 500)

/** What is stored there is not a registry that this program can use; the argument says why. */
export const UnusableStoreError = createError<
  'FST_CERT_REGISTRY_UNUSABLE_STORE',
  500,
  [string, Cause?]
>('FST_CERT_REGISTRY_UNUSABLE_STORE', "the registry's store cannot be used: %s", 500)

/** The registry was opened for reading alone. */
export const ReadOnlyError = createError<'FST_CERT_REGISTRY_READ_ONLY', 403>(
  'FST_CERT_REGISTRY_READ_ONLY',
  'the registry of certificates was opened for reading alone',
  403,
)

/** No entry has this thumbprint in this domain. */
export const NotFoundError = createError<'FST_CERT_REGISTRY_NOT_FOUND', 404>(
  'FST_CERT_REGISTRY_NOT_FOUND',
  'the registry has no entry for this certificate in this domain',
  404,
)

/** The certificate is there, in the state of the argument: adding it does not bring it back. */
export const AlreadyRegisteredError = createError<
  'FST_CERT_REGISTRY_ALREADY_REGISTERED',
  409,
  [string]
>(
  'FST_CERT_REGISTRY_ALREADY_REGISTERED',
  'the certificate is in the registry already, and it is %s',
  409,
)

/** The certificate is refused for good; suspending it would make less of that. */
export const RevokedError = createError<'FST_CERT_REGISTRY_REVOKED', 409>(
  'FST_CERT_REGISTRY_REVOKED',
  'the certificate is revoked, which refuses it for good: suspending it would make less of that',
  409,
)

/** The entry is what refuses the certificate (its state is the argument), so it was not removed. */
export const RefusalKeptError = createError<'FST_CERT_REGISTRY_REFUSAL_KEPT', 409, [string]>(
  'FST_CERT_REGISTRY_REFUSAL_KEPT',
  'the entry is %s and so refuses its certificate, which may be let in as an unknown one without it',
  409,
)

/** Something handed in is not what it must be; the argument says what and where. */
export const InvalidInputError = createError<
  'FST_CERT_REGISTRY_INVALID_INPUT',
  400,
  [string, Cause?]
>('FST_CERT_REGISTRY_INVALID_INPUT', '%s', 400)

/** A private key was given where a certificate belongs. Nothing of it was kept. */
export const PrivateKeyError = createError<'FST_CERT_REGISTRY_PRIVATE_KEY', 400>(
  'FST_CERT_REGISTRY_PRIVATE_KEY',
  'this holds a private key, which the registry never takes: hand in the certificate alone',
  400,
)
