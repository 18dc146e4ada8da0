import type { X509Certificate } from 'node:crypto'

/**
 * The subject of a certificate as one line in the order of RFC 4514 (the most specific part first): what a client
 * registers as `tls_client_auth_subject_dn`.
 *
 * Node prints a subject one part a line, in the order of the certificate and escaped by RFC 4514's rules; the string is
 * those lines, last first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4514#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2
 */
export function subjectDistinguishedName(certificate: X509Certificate): string {
  return certificate.subject.split('\n').toReversed().join(',')
}
