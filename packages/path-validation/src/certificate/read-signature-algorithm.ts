import { DerError } from '../der/error.js'
import { readCount, readOid } from '../der/primitive.js'
import { constructed, type DerReader, TAG } from '../der/reader.js'
import type { HashName, SignatureAlgorithm } from './certificate.js'

const WHAT = 'signature algorithm'

type Kind = readonly [type: SignatureAlgorithm['type'], hash: HashName | null]

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['1.2.840.113549.1.1.4', ['rsa', 'md5']],
  ['1.2.840.113549.1.1.5', ['rsa', 'sha1']],
  ['1.2.840.113549.1.1.14', ['rsa', 'sha224']],
  ['1.2.840.113549.1.1.11', ['rsa', 'sha256']],
  ['1.2.840.113549.1.1.12', ['rsa', 'sha384']],
  ['1.2.840.113549.1.1.13', ['rsa', 'sha512']],
  ['1.2.840.113549.1.1.10', ['rsa-pss', null]],
  ['1.2.840.10045.4.1', ['ecdsa', 'sha1']],
  ['1.2.840.10045.4.3.1', ['ecdsa', 'sha224']],
  ['1.2.840.10045.4.3.2', ['ecdsa', 'sha256']],
  ['1.2.840.10045.4.3.3', ['ecdsa', 'sha384']],
  ['1.2.840.10045.4.3.4', ['ecdsa', 'sha512']],
  ['1.2.840.10040.4.3', ['dsa', 'sha1']],
  ['2.16.840.1.101.3.4.3.2', ['dsa', 'sha256']],
  ['1.3.101.112', ['ed25519', null]],
  ['1.3.101.113', ['ed448', null]],
])

const HASHES: ReadonlyMap<string, HashName> = new Map<string, HashName>([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

const MGF1 = '1.2.840.113549.1.1.8'

/**
 * Reads an AlgorithmIdentifier of a signature. Parameters of the known algorithms must be what their RFCs say: NULL for
 * RSA PKCS #1, absent for ECDSA, DSA and EdDSA.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.1.2
 */
export function readSignatureAlgorithm(reader: DerReader): SignatureAlgorithm {
  const from = reader.at
  const value = reader.read(TAG.sequence, WHAT)
  const der = reader.bytes.subarray(from, reader.at)
  const oid = readOid(value, WHAT)
  const kind = KINDS.get(oid)
  if (kind === undefined) {
    return { der, oid, type: 'unknown', hash: null, saltLength: null }
  }
  const [type, hash] = kind
  if (type === 'rsa-pss') return { der, oid, type, ...readPssParameters(value) }
  if (type === 'rsa') value.read(TAG.null, WHAT).expectEnd(WHAT)
  value.expectEnd(WHAT)
  return { der, oid, type, hash, saltLength: null }
}

/** @see https://www.rfc-editor.org/rfc/rfc4055#section-3.1 */
function readPssParameters(value: DerReader): { hash: HashName; saltLength: number } {
  const parameters = value.read(TAG.sequence, WHAT)
  value.expectEnd(WHAT)
  const hashField = parameters.readOptional(constructed(0), WHAT)
  const hash = hashField === null ? 'sha1' : readHash(hashField)
  const maskField = parameters.readOptional(constructed(1), WHAT)
  if ((maskField === null ? 'sha1' : readMaskHash(maskField)) !== hash) {
    throw new DerError(`${WHAT}: PSS with two different hashes`)
  }
  const saltField = parameters.readOptional(constructed(2), WHAT)
  const saltLength = saltField === null ? 20 : readCount(saltField, WHAT)
  saltField?.expectEnd(WHAT)
  const trailerField = parameters.readOptional(constructed(3), WHAT)
  if (trailerField !== null && readCount(trailerField, WHAT) !== 1) {
    throw new DerError(`${WHAT}: PSS with an unknown trailer`)
  }
  parameters.expectEnd(WHAT)
  if (saltLength > 64) throw new DerError(`${WHAT}: PSS with a salt longer than any hash`)
  return { hash, saltLength }
}

function readMaskHash(field: DerReader): HashName {
  const mask = field.read(TAG.sequence, WHAT)
  field.expectEnd(WHAT)
  if (readOid(mask, WHAT) !== MGF1) throw new DerError(`${WHAT}: PSS with an unknown mask`)
  return readHash(mask)
}

function readHash(field: DerReader): HashName {
  const value = field.read(TAG.sequence, WHAT)
  field.expectEnd(WHAT)
  const hash = HASHES.get(readOid(value, WHAT))
  value.readOptional(TAG.null, WHAT)?.expectEnd(WHAT)
  value.expectEnd(WHAT)
  if (hash === undefined) throw new DerError(`${WHAT}: PSS with an unknown hash`)
  return hash
}
