/**
 * The two headers that tell Auth0 of the client's certificate.
 *
 * @see https://auth0.com/docs/get-started/applications/configure-mtls/set-up-the-customer-edge
 */
import { CertificateTooLargeError, InvalidClientCertificateError } from '../errors.js'

/** Auth0 takes a `client-certificate` header of at most this many bytes. */
const maxHeaderBytes = 4096

/** PEM lines hold 64 characters (RFC 7468 section 2). */
const pemLine = /.{1,64}/g

/** A client certificate that was verified, as the forwarder needs it. */
export interface VerifiedClientCertificate {
  /** `ca-verified`: its path to a configured root was verified. `self-signed`: valid and signed by its own key. */
  readonly kind: 'ca-verified' | 'self-signed'
  /** DER of the leaf alone. */
  readonly raw: Uint8Array
}

/** nginx's words for `$ssl_client_verify`, which Auth0 reads. There is no third. */
const verifiedBy = new Map<unknown, string>([
  ['ca-verified', 'SUCCESS'],
  ['self-signed', 'FAILED:self-signed certificate'],
])

/** By the object that stands for a connection's certificate, so that the work is done once per connection. */
const encoded = new WeakMap<VerifiedClientCertificate, { raw: Uint8Array; header: string }>()

/**
 * Encodes a certificate as Auth0 reads it: PEM with lines of 64 characters, URL-component encoded, as nginx's
 * `$ssl_client_escaped_cert`. It does not look into the certificate.
 *
 * @param der - the leaf alone
 * @throws FST_AUTH0_FORWARDER_CERTIFICATE_TOO_LARGE over 4096 bytes; nothing is ever cut
 */
export function encodeCertificateHeader(der: Uint8Array): string {
  // Base64 alone is over the limit: do not encode megabytes to find that out.
  if (der.byteLength > maxHeaderBytes) throw new CertificateTooLargeError()
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64')
  const lines = base64.match(pemLine)?.join('\n') ?? ''
  const header = encodeURIComponent(
    `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  )
  if (header.length > maxHeaderBytes) throw new CertificateTooLargeError()
  return header
}

/**
 * The certificate headers, name and value in turn.
 *
 * @param certificate - one object per connection: its header is made once. Its bytes must not change.
 * @throws FST_AUTH0_FORWARDER_INVALID_CLIENT_CERTIFICATE for every other kind, or where its bytes are not one element in DER
 * @throws FST_AUTH0_FORWARDER_CERTIFICATE_TOO_LARGE
 */
export function certificateHeaders(certificate: VerifiedClientCertificate): readonly string[] {
  const verified = verifiedBy.get(certificate?.kind)
  if (verified === undefined) throw new InvalidClientCertificateError()
  const { raw } = certificate
  if (!(raw instanceof Uint8Array) || raw.byteLength === 0)
    throw new InvalidClientCertificateError()
  let entry = encoded.get(certificate)
  if (entry?.raw !== raw) {
    // Over the limit it is refused for that.
    if (raw.byteLength <= maxHeaderBytes && !isOneElement(raw))
      throw new InvalidClientCertificateError()
    entry = { raw, header: encodeCertificateHeader(raw) }
    encoded.set(certificate, entry)
  }
  return ['client-certificate', entry.header, 'client-certificate-ca-verified', verified]
}

/** Whether the bytes are one SEQUENCE in DER and nothing else: neither PEM nor a chain. What is in it is not looked at. */
function isOneElement(raw: Uint8Array): boolean {
  const [tag, first = 0, high = 0, low = 0] = raw
  if (tag !== 0x30) return false
  if (first < 0x80) return raw.byteLength === 2 + first
  if (first === 0x81) return raw.byteLength === 3 + high
  return first === 0x82 && raw.byteLength === 4 + high * 256 + low
}
