/**
 * Thrown by everything in `der/` when bytes are not the strict DER that was expected. Callers turn it into the error
 * of the structure they read; it never leaves this package.
 */
export class DerError extends Error {
  override readonly name = 'DerError'
}
