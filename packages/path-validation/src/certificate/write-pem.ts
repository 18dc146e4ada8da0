/**
 * Writes a certificate in PEM.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7468#section-5
 */
export function writePemCertificate(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
