/** Thrown where bytes are not an OCSP response that RFC 6960 knows. `message` says what is wrong and where. */
export class OcspError extends Error {
  override readonly name = 'OcspError'
  readonly reason = 'malformed_ocsp_response'
}
