import { hash } from 'node:crypto'
import { DerError } from '../der/error.js'
import { readCount, readIntegerBytes, readWholeBits } from '../der/primitive.js'
import { constructed, DerReader, implicit, TAG } from '../der/reader.js'
import { readTime } from '../der/time.js'
import { readName } from '../name/read-name.js'
import type { Certificate, SignatureAlgorithm } from './certificate.js'
import { CertificateError } from './error.js'
import { NO_EXTENSIONS, readCertificateExtensions } from './extension/read-extensions.js'
import type { Extensions } from './extensions.js'
import { readPublicKey } from './read-public-key.js'
import { readSignatureAlgorithm } from './read-signature-algorithm.js'

/** Largest certificate that is read, in bytes: a real one has a few thousand, and a TLS record layer carries 16 MiB. */
const MAX_CERTIFICATE_BYTES = 100_000

/** RFC 5280 section 4.1.2.2: at most 20 octets, which are contents without the sign byte. */
const MAX_SERIAL_BYTES = 20

/** What {@link readCertificate} lets pass. */
export interface ReadOptions {
  /**
   * Reads a serial number of zero, below it, or of more than 20 bytes. RFC 5280 section 4.1.2.2 bids users to "handle"
   * such certificates gracefully, and conformance tests hold some. Default: false.
   */
  readonly allowOddSerialNumbers?: boolean
}

/**
 * Reads one certificate as strict DER: no trailing bytes, no indefinite or non-minimal lengths, no duplicate extensions,
 * inner and outer signature algorithm the same, a positive serial number of at most 20 bytes, fields that fit the
 * version, named curves only. The bytes are copied.
 *
 * It does not check the signature, the validity or any rule of the path.
 *
 * @throws {CertificateError} `malformed_certificate`
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function readCertificate(der: Uint8Array, options: ReadOptions = {}): Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES) throw new CertificateError('certificate: too large')
  try {
    return readFields(new Uint8Array(der), options)
  } catch (error) {
    if (error instanceof DerError) throw new CertificateError(error.message, { cause: error })
    throw error
  }
}

function readFields(der: Uint8Array, options: ReadOptions): Certificate {
  const outer = new DerReader(der)
  const certificate = outer.read(TAG.sequence, 'certificate')
  outer.expectEnd('certificate')
  const signedFrom = certificate.at
  const fields = certificate.read(TAG.sequence, 'certificate fields')
  const toBeSigned = der.subarray(signedFrom, certificate.at)
  const signatureAlgorithm = readSignatureAlgorithm(certificate)
  const signature = readWholeBits(certificate, 'signature')
  certificate.expectEnd('certificate')
  const version = readVersion(fields)
  const serialNumber = readSerialNumber(fields, options)
  checkInnerAlgorithm(fields, signatureAlgorithm)
  const issuer = readName(fields, 'issuer')
  // RFC 5280 section 4.1.2.4: the issuer MUST have a name.
  if (issuer.relativeNames.length === 0) throw new DerError('issuer: an empty name')
  const validity = fields.read(TAG.sequence, 'validity')
  const notBefore = readTime(validity, 'notBefore')
  const notAfter = readTime(validity, 'notAfter')
  validity.expectEnd('validity')
  const subject = readName(fields, 'subject')
  const publicKey = readPublicKey(fields)
  skipUniqueIdentifier(fields, implicit(1), version)
  skipUniqueIdentifier(fields, implicit(2), version)
  const extensions = readExtensionsField(fields, version)
  fields.expectEnd('certificate fields')
  return Object.freeze({
    der,
    thumbprint: hash('sha256', der, 'hex'),
    version,
    serialNumber,
    subject,
    issuer,
    notBefore,
    notAfter,
    publicKey,
    signatureAlgorithm,
    extensions,
    toBeSigned,
    signature,
  })
}

/** RFC 5280 section 4.1.1.2: both MUST be the same; only the inner one is signed. */
function checkInnerAlgorithm(fields: DerReader, outer: SignatureAlgorithm): void {
  const inner = fields.readWhole('signature algorithm')
  if (Buffer.compare(inner, outer.der) !== 0) {
    throw new DerError('signature algorithm: the inner and the outer one differ')
  }
}

function readVersion(fields: DerReader): 1 | 2 | 3 {
  const field = fields.readOptional(constructed(0), 'version')
  if (field === null) return 1
  const number = readCount(field, 'version')
  field.expectEnd('version')
  // Version 1 is the default, which DER leaves out.
  if (number !== 1 && number !== 2) throw new DerError('version: neither 1, 2 nor 3')
  return number === 1 ? 2 : 3
}

function readSerialNumber(fields: DerReader, options: ReadOptions): string {
  const bytes = readIntegerBytes(fields, 'serial number')
  const first = bytes[0] ?? 0
  const size = first === 0 ? bytes.length - 1 : bytes.length
  const isOdd = first >= 0x80 || size === 0 || size > MAX_SERIAL_BYTES
  if (isOdd && options.allowOddSerialNumbers !== true) {
    throw new DerError('serial number: not a positive number of at most 20 bytes')
  }
  return Buffer.from(bytes).toString('hex')
}

/** RFC 5280 section 4.1.2.8: unique identifiers are read over, and stand in version 2 and 3 only. */
function skipUniqueIdentifier(fields: DerReader, tag: number, version: number): void {
  const field = fields.readOptional(tag, 'unique identifier')
  if (field !== null && version === 1) throw new DerError('unique identifier: in version 1')
}

function readExtensionsField(fields: DerReader, version: number): Extensions {
  const field = fields.readOptional(constructed(3), 'extensions')
  if (field === null) return NO_EXTENSIONS
  if (version !== 3) throw new DerError('extensions: in a version other than 3')
  const extensions = readCertificateExtensions(field.read(TAG.sequence, 'extensions'))
  field.expectEnd('extensions')
  return extensions
}
