import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What an edge may say of a certificate: its path was verified, or it is valid and signed by its own key. */
export type ForwardedVerification = 'SUCCESS' | 'FAILED:self-signed certificate'

/** A client certificate as the edge forwarded it. */
export interface ForwardedCertificate {
  readonly certificate: X509Certificate
  readonly verification: ForwardedVerification
}

const CERTIFICATE_HEADER = 'client-certificate'
const VERIFICATION_HEADER = 'client-certificate-ca-verified'

// Auth0's limit for the encoded certificate.
const MAX_ENCODED_CERTIFICATE = 4096

/**
 * Reads the client certificate of a request from the two headers of Auth0's contract, and from nothing else: the TLS
 * connection of the request is the edge's, not the client's.
 *
 * @returns the certificate, or `null` where a header is missing or doubled, the verification is any other word, or the
 *   certificate is too large or not one PEM block in URL-component encoding: to the authorization server the client then
 *   came without one.
 */
export function readForwardedCertificate(request: IncomingMessage): ForwardedCertificate | null {
  const encoded = readSingleHeader(request, CERTIFICATE_HEADER)
  const verification = readSingleHeader(request, VERIFICATION_HEADER)
  if (encoded === null || encoded.length > MAX_ENCODED_CERTIFICATE) return null
  if (!isVerification(verification)) return null
  const certificate = decodeCertificate(encoded)
  return certificate === null ? null : { certificate, verification }
}

function readSingleHeader(request: IncomingMessage, name: string): string | null {
  const values = request.headersDistinct[name] ?? []
  const [value] = values
  return value !== undefined && values.length === 1 ? value : null
}

function isVerification(value: string | null): value is ForwardedVerification {
  return value === 'SUCCESS' || value === 'FAILED:self-signed certificate'
}

function decodeCertificate(encoded: string): X509Certificate | null {
  try {
    const pem = decodeURIComponent(encoded)
    // The header carries the leaf alone; a second block would be a chain.
    if (pem.split('-----BEGIN CERTIFICATE-----').length !== 2) return null
    return new X509Certificate(pem)
  } catch {
    return null
  }
}
