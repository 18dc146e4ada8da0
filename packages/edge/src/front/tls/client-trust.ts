import { readPemCertificates } from '@mtls-edge/path-validation'

/** DER of what OpenSSL calls X509_CERT_AUX: a sequence with one list of purposes, and in it `id-kp-clientAuth`. */
const TRUSTED_FOR_CLIENTS = Buffer.from('300c300a06082b06010505070302', 'hex')

/** Length of a line of PEM (RFC 7468 section 2). */
const LINE = /.{1,64}/g

/**
 * Turns trust anchors in PEM into OpenSSL's own form of PEM, which says what a certificate is trusted for: here, for
 * clients of TLS. So an anchor may be an intermediate. The option that is meant for it, `allowPartialTrustChain`, is
 * taken by `createSecureContext` but dropped by `tls.Server` without a word (Node 22 to 26), and OpenSSL then refuses
 * every chain that does not end in a self-signed certificate.
 *
 * @param pem one or more certificates
 * @throws {CertificateError} when there is none, or one is no strict DER
 * @see https://docs.openssl.org/3.5/man1/openssl-x509/#trust-options
 */
export function trustForClients(pem: string): string {
  return readPemCertificates(pem)
    .map(({ der }) => encodeTrusted(der))
    .join('')
}

function encodeTrusted(der: Uint8Array): string {
  const lines = Buffer.concat([der, TRUSTED_FOR_CLIENTS]).toString('base64').match(LINE) ?? []
  return [
    '-----BEGIN TRUSTED CERTIFICATE-----',
    ...lines,
    '-----END TRUSTED CERTIFICATE-----',
    '',
  ].join('\n')
}
