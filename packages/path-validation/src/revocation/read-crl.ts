import type { SignatureAlgorithm } from '../certificate/certificate.js'
import { readDistributionPoints } from '../certificate/extension/distribution-points.js'
import { readAuthorityKeyIdentifier } from '../certificate/extension/key-identifiers.js'
import { readExtensionList } from '../certificate/extension/read-extensions.js'
import { readSignatureAlgorithm } from '../certificate/read-signature-algorithm.js'
import { DerError } from '../der/error.js'
import { readCount, readIntegerBytes, readWholeBits } from '../der/primitive.js'
import { constructed, DerReader, TAG } from '../der/reader.js'
import { readTime } from '../der/time.js'
import type { Name } from '../name/name.js'
import { readName } from '../name/read-name.js'
import type { Crl } from './crl.js'
import { CrlError } from './error.js'
import { readScope } from './read-scope.js'
import { walkEntries } from './walk-entries.js'

/** Half a millisecond of work, so that a slow machine and a collection of garbage have room beside it. */
const ENTRIES_PER_STEP = 8_000

/** What stands before and after the entries is read at once; real ones have some hundred bytes. 64 kB take 4 ms at the most. */
const MAX_NAME_BYTES = 16 * 1024
const MAX_EXTENSION_BYTES = 64 * 1024

/**
 * Reads a certificate revocation list and makes an index of its entries, all at once: a list of one million entries takes
 * about 0.1 s. See {@link readCrlInSteps} for what must not be held up.
 *
 * It does not check the signature, the dates or who signed. The bytes are not copied and must not be changed afterwards.
 *
 * @throws {CrlError} `malformed_crl`
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-5.1
 */
export function readCrl(der: Uint8Array): Crl {
  const steps = readCrlInSteps(der)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/**
 * Reads a certificate revocation list in steps of less than a millisecond. Whoever drives it decides what happens between them:
 *
 * @example
 * const steps = readCrlInSteps(der)
 * let step = steps.next()
 * for (; !step.done; step = steps.next()) await setImmediate()
 * const crl = step.value
 *
 * @param entriesPerStep how many entries one step takes in. Default: 8,000 (half a millisecond)
 * @throws {CrlError} `malformed_crl`, from `next()`
 */
export function* readCrlInSteps(
  der: Uint8Array,
  entriesPerStep: number = ENTRIES_PER_STEP,
): Generator<undefined, Crl> {
  try {
    return yield* readSteps(der, Math.max(1, entriesPerStep))
  } catch (error) {
    if (error instanceof DerError) throw new CrlError(error.message, { cause: error })
    throw error
  }
}

function* readSteps(der: Uint8Array, entriesPerStep: number): Generator<undefined, Crl> {
  const outer = new DerReader(der)
  const crl = outer.read(TAG.sequence, 'CRL')
  outer.expectEnd('CRL')
  const signedFrom = crl.at
  const fields = crl.read(TAG.sequence, 'CRL fields')
  const toBeSigned = der.subarray(signedFrom, crl.at)
  const signatureAlgorithm = readSignatureAlgorithm(crl)
  const signature = readWholeBits(crl, 'CRL signature')
  crl.expectEnd('CRL')
  const head = readHead(fields)
  // RFC 5280 section 5.1.1.2
  if (Buffer.compare(head.innerAlgorithm.der, signatureAlgorithm.der) !== 0) {
    throw new DerError('CRL signature algorithm: the inner and the outer one differ')
  }
  const list = fields.readOptional(TAG.sequence, 'CRL entries') ?? new DerReader(der, 0, 0)
  const extensions = readCrlExtensions(fields, head.version)
  fields.expectEnd('CRL fields')
  const walked = yield* walkEntries(list, head.issuer.normalized, entriesPerStep)
  const { innerAlgorithm: _, version: __, ...rest } = head
  const unknownCritical = [...extensions.unknownCritical, ...walked.unknownCritical]
  return {
    der,
    ...rest,
    ...extensions,
    unknownCritical,
    entries: walked.entries,
    signatureAlgorithm,
    toBeSigned,
    signature,
  }
}

/** Looks at the next element without reading it. */
function expectSmall({ bytes, at, end }: DerReader, size: number, what: string): void {
  const element = new DerReader(bytes, at, end).readAny(what)
  if (element.end - element.start > size) throw new DerError(`${what}: too large`)
}

interface Head {
  readonly version: 1 | 2
  readonly innerAlgorithm: SignatureAlgorithm
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
}

function readHead(fields: DerReader): Head {
  const hasVersion = fields.peek() === TAG.integer
  if (hasVersion && readCount(fields, 'CRL version') !== 1) throw new DerError('CRL version: not 2')
  const innerAlgorithm = readSignatureAlgorithm(fields)
  expectSmall(fields, MAX_NAME_BYTES, 'CRL issuer')
  const issuer = readName(fields, 'CRL issuer')
  if (issuer.relativeNames.length === 0) throw new DerError('CRL issuer: an empty name')
  const thisUpdate = readTime(fields, 'thisUpdate')
  const hasNext = fields.peek() === TAG.utcTime || fields.peek() === TAG.generalizedTime
  const nextUpdate = hasNext ? readTime(fields, 'nextUpdate') : null
  return { version: hasVersion ? 2 : 1, innerAlgorithm, issuer, thisUpdate, nextUpdate }
}

type CrlExtensions = Pick<
  Crl,
  'number' | 'baseNumber' | 'scope' | 'authorityKeyIdentifier' | 'freshestCrl' | 'unknownCritical'
>

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-5.2 */
function readCrlExtensions(fields: DerReader, version: number): CrlExtensions {
  const found: { -readonly [K in keyof CrlExtensions]: CrlExtensions[K] } = {
    number: null,
    baseNumber: null,
    scope: null,
    authorityKeyIdentifier: null,
    freshestCrl: null,
    unknownCritical: [],
  }
  if (!fields.isAtEnd) expectSmall(fields, MAX_EXTENSION_BYTES, 'CRL extensions')
  const field = fields.readOptional(constructed(0), 'CRL extensions')
  if (field === null) return found
  if (version !== 2) throw new DerError('CRL extensions: in version 1')
  const list = readExtensionList(field.read(TAG.sequence, 'CRL extensions'))
  field.expectEnd('CRL extensions')
  const unknownCritical: string[] = []
  for (const { oid, critical, value } of list) {
    if (oid === '2.5.29.20') found.number = readNumber(value)
    else if (oid === '2.5.29.27') found.baseNumber = readNumber(value)
    else if (oid === '2.5.29.28') found.scope = readScope(value)
    else if (oid === '2.5.29.46') found.freshestCrl = readDistributionPoints(new DerReader(value))
    else if (oid === '2.5.29.35') {
      found.authorityKeyIdentifier = readAuthorityKeyIdentifier(new DerReader(value))
    } else if (critical) unknownCritical.push(oid)
  }
  return { ...found, unknownCritical }
}

function readNumber(der: Uint8Array): bigint {
  const reader = new DerReader(der)
  const bytes = readIntegerBytes(reader, 'CRL number')
  reader.expectEnd('CRL number')
  // RFC 5280 section 5.2.3: up to 20 octets, and it only ever grows.
  if ((bytes[0] ?? 0) >= 0x80 || bytes.length > 21) throw new DerError('CRL number: out of range')
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}
