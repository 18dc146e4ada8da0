import type { Certificate } from '../certificate/certificate.js'
import { CertificateError } from '../certificate/error.js'
import { readCertificate } from '../certificate/read-certificate.js'
import { readSignatureAlgorithm } from '../certificate/read-signature-algorithm.js'
import { DerError } from '../der/error.js'
import { readCount, readOid, readWholeBits } from '../der/primitive.js'
import { constructed, DerReader, TAG } from '../der/reader.js'
import { readName } from '../name/read-name.js'
import type { OcspAnswer, OcspErrorStatus, OcspResponse, ResponderId } from './answer.js'
import { OcspError } from './error.js'
import { readCriticalExtensions, readGeneralizedTime, readStatement } from './read-statement.js'

const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1'
const NONCE = '1.3.6.1.5.5.7.48.1.2'

/** RFC 9654 section 2.1. */
const MAX_NONCE_BYTES = 128

/** A responder sends its own certificate and perhaps its CA's; each one more costs a read. */
const MAX_CERTIFICATES = 8

// 4 is not used.
const ERRORS: ReadonlyMap<number, OcspErrorStatus> = new Map<number, OcspErrorStatus>([
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
])

/**
 * Reads an OCSP response as strict DER, the basic kind. It does not check the signature, who signed, the dates, or
 * whether it answers what was asked: {@link validatePath} and {@link isForNonce} do.
 *
 * @throws {OcspError} `malformed_ocsp_response`
 * @see https://www.rfc-editor.org/rfc/rfc6960#section-4.2
 */
export function readOcspResponse(der: Uint8Array): OcspResponse {
  try {
    return readResponse(new DerReader(new Uint8Array(der)))
  } catch (error) {
    if (error instanceof DerError || error instanceof CertificateError) {
      throw new OcspError(error.message, { cause: error })
    }
    throw error
  }
}

function readResponse(outer: DerReader): OcspResponse {
  const response = outer.read(TAG.sequence, 'OCSP response')
  outer.expectEnd('OCSP response')
  const code = readCount(response, 'OCSP responseStatus', TAG.enumerated)
  const field = response.readOptional(constructed(0), 'OCSP responseBytes')
  response.expectEnd('OCSP response')
  if (code !== 0) {
    const status = ERRORS.get(code)
    if (status === undefined) throw new DerError('OCSP responseStatus: one that does not exist')
    return Object.freeze({ status })
  }
  if (field === null) throw new DerError('OCSP response: successful, and without an answer')
  const bytes = field.read(TAG.sequence, 'OCSP responseBytes')
  field.expectEnd('OCSP responseBytes')
  if (readOid(bytes, 'OCSP responseType') !== BASIC_RESPONSE) {
    throw new DerError('OCSP responseType: not the basic one')
  }
  const basic = bytes.read(TAG.octetString, 'OCSP responseBytes')
  bytes.expectEnd('OCSP responseBytes')
  const answer = readAnswer(basic)
  return Object.freeze({ status: 'successful', answer })
}

function readAnswer(outer: DerReader): OcspAnswer {
  const basic = outer.read(TAG.sequence, 'OCSP answer')
  outer.expectEnd('OCSP answer')
  const signedFrom = basic.at
  const data = basic.read(TAG.sequence, 'OCSP ResponseData')
  const toBeSigned = basic.bytes.subarray(signedFrom, basic.at)
  const signatureAlgorithm = readSignatureAlgorithm(basic)
  const signature = readWholeBits(basic, 'OCSP signature')
  const certificates = readCertificates(basic)
  basic.expectEnd('OCSP answer')
  const fields = readData(data)
  return Object.freeze({ ...fields, certificates, signatureAlgorithm, toBeSigned, signature })
}

type Data = Pick<
  OcspAnswer,
  'responder' | 'producedAt' | 'statements' | 'nonce' | 'unknownCritical'
>

function readData(data: DerReader): Data {
  const version = data.readOptional(constructed(0), 'OCSP version')
  // Version 1 is the default, which DER leaves out and some responders write.
  if (version !== null && readCount(version, 'OCSP version') !== 0) {
    throw new DerError('OCSP version: not 1')
  }
  version?.expectEnd('OCSP version')
  const responder = readResponder(data)
  const producedAt = readGeneralizedTime(data, 'OCSP producedAt')
  const list = data.read(TAG.sequence, 'OCSP responses')
  const read = []
  do read.push(readStatement(list))
  while (!list.isAtEnd)
  let nonce: Uint8Array | null = null
  const ofAnswer = readCriticalExtensions(data, [NONCE], (oid, value) => {
    if (oid === NONCE) nonce = readNonce(value)
  })
  data.expectEnd('OCSP ResponseData')
  return {
    responder,
    producedAt,
    statements: Object.freeze(read.map(({ statement }) => statement)),
    nonce,
    unknownCritical: [...ofAnswer, ...read.flatMap(({ unknownCritical }) => unknownCritical)],
  }
}

function readResponder(data: DerReader): ResponderId {
  const what = 'OCSP responderID'
  const byName = data.peek() === constructed(1)
  const choice = data.read(constructed(byName ? 1 : 2), what)
  const id: ResponderId = byName
    ? { type: 'name', normalized: readName(choice, what).normalized }
    : { type: 'key', keyHash: hex(choice.read(TAG.octetString, what).contents()) }
  choice.expectEnd(what)
  return Object.freeze(id)
}

function readCertificates(basic: DerReader): readonly Certificate[] {
  const field = basic.readOptional(constructed(0), 'OCSP certs')
  if (field === null) return []
  const list = field.read(TAG.sequence, 'OCSP certs')
  field.expectEnd('OCSP certs')
  const certificates: Certificate[] = []
  while (!list.isAtEnd) {
    if (certificates.length === MAX_CERTIFICATES) throw new DerError('OCSP certs: too many')
    certificates.push(readCertificate(list.readWhole('OCSP certs')))
  }
  return Object.freeze(certificates)
}

function readNonce(der: Uint8Array): Uint8Array {
  const reader = new DerReader(der)
  const value = reader.read(TAG.octetString, 'OCSP nonce').contents()
  reader.expectEnd('OCSP nonce')
  if (value.length === 0 || value.length > MAX_NONCE_BYTES) {
    throw new DerError('OCSP nonce: not of 1 to 128 bytes')
  }
  return value
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
