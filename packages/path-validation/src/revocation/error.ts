/** Thrown where bytes are not a CRL that RFC 5280 knows. `message` says what is wrong and where. */
export class CrlError extends Error {
  override readonly name = 'CrlError'
  readonly reason = 'malformed_crl'
}
