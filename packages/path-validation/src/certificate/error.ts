/**
 * Thrown where bytes are not a certificate that RFC 5280 knows. `message` says what is wrong and where; it may hold
 * numbers from the certificate, never its text.
 */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
  readonly reason = 'malformed_certificate'
}
