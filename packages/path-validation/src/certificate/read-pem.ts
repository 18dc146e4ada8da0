import type { Certificate } from './certificate.js'
import { CertificateError } from './error.js'
import { type ReadOptions, readCertificate } from './read-certificate.js'

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * Reads every CERTIFICATE block of a PEM text, in its order. Text outside of the blocks is passed over (many files carry
 * the certificate in words there), and so are blocks of other kinds.
 *
 * @throws {CertificateError} `malformed_certificate`, where there is no block, or one that can't be read
 * @see https://www.rfc-editor.org/rfc/rfc7468#section-5
 */
export function readPemCertificates(
  text: string,
  options: ReadOptions = {},
): readonly Certificate[] {
  const certificates: Certificate[] = []
  let at = text.indexOf(BEGIN)
  while (at >= 0) {
    const from = at + BEGIN.length
    const to = text.indexOf(END, from)
    const next = text.indexOf(BEGIN, from)
    if (to < 0 || (next >= 0 && next < to)) {
      throw new CertificateError(`PEM block ${certificates.length + 1}: it has no end`)
    }
    certificates.push(readBlock(text.slice(from, to), certificates.length + 1, options))
    at = next
  }
  if (certificates.length === 0) throw new CertificateError('PEM: no CERTIFICATE block')
  return Object.freeze(certificates)
}

function readBlock(body: string, number: number, options: ReadOptions): Certificate {
  const base64 = body.replace(/\s+/g, '')
  if (!BASE64.test(base64) || base64.length % 4 !== 0) {
    throw new CertificateError(`PEM block ${number}: not base64`)
  }
  try {
    return readCertificate(Buffer.from(base64, 'base64'), options)
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    throw new CertificateError(`PEM block ${number}: ${error.message}`, { cause: error })
  }
}
