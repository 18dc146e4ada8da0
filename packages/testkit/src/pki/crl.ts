import { KeyObject } from 'node:crypto'
import {
  certificateIssuer,
  crlExtensionsField,
  crlNumber,
  deltaCrlIndicator,
  invalidityDate,
  issuingDistributionPoint,
  reasonCode,
} from './crl-extension.js'
import type { CrlOptions, RevokedEntry } from './crl-options.js'
import { bitString, type Der, integer, integerOfOctets, sequence, time } from './der.js'
import { freshestCrl } from './distribution-point.js'
import { authorityKeyIdentifier, type Extension, encodeExtension } from './extension.js'
import { pemOf } from './issued.js'
import { encodeName } from './name.js'
import { flipBit, signerOf } from './signature.js'

const HOUR = 3_600_000

/** A CRL as `issueCrl` hands it out. */
export interface IssuedCrl {
  readonly der: Buffer
  /** Made when asked for. */
  readonly pem: string
}

/**
 * Issues a CRL: by default a full one without entries, number 1, from an hour ago until a day from now. One million entries
 * (`bulk`) take about a second. Nothing is refused because RFC 5280 forbids it.
 *
 * @throws Error only for what cannot be encoded or signed at all
 * @example
 * issueCrl({ issuer: pki.intermediate, revoked: [{ serialNumber: client, reason: 'keyCompromise' }] })
 */
export function issueCrl(options: CrlOptions): IssuedCrl {
  const signer = signerOf(signingKeyOf(options), options.signature)
  const drafted = encodeTbs(options, signer.algorithm)
  const tbs = options.transformTbs ? options.transformTbs(drafted) : drafted
  const signature = flipBit(signer.sign(tbs), options.flipSignatureBit)
  const crl = sequence(tbs, options.outerAlgorithm ?? signer.algorithm, bitString(signature))
  const der = options.transform ? Buffer.from(options.transform(crl)) : crl
  return {
    der,
    get pem() {
      return pemOf('X509 CRL', der)
    },
  }
}

function encodeTbs(options: CrlOptions, algorithm: Der): Buffer {
  const now = Date.now()
  const { issuer, issuerName, version = 2, thisUpdate = new Date(now - HOUR) } = options
  const { nextUpdate = new Date(now + 24 * HOUR) } = options
  const parts: Der[] = version === 2 ? [integer(1)] : []
  parts.push(algorithm)
  parts.push(issuerName === undefined ? issuer.subject : encodeName(issuerName))
  parts.push(time(thisUpdate))
  if (nextUpdate) parts.push(time(nextUpdate))
  parts.push(...encodeEntries(options, new Date(thisUpdate.getTime() - HOUR)))
  if (version === 2) parts.push(crlExtensionsField(extensionsOf(options).map(encodeExtension)))
  return sequence(...parts)
}

function extensionsOf(options: CrlOptions): readonly Extension[] {
  const { issuer, authorityKeyIdentifier: authority, crlNumber: number = 1 } = options
  const made: Extension[] = []
  if (authority !== null) {
    made.push(authorityKeyIdentifier(authority ?? { keyIdentifier: issuer.keyIdentifier }))
  }
  if (number !== null) made.push(crlNumber(number))
  if (options.deltaOf !== undefined) made.push(deltaCrlIndicator(options.deltaOf))
  if (options.issuingDistributionPoint) {
    made.push(issuingDistributionPoint(options.issuingDistributionPoint))
  }
  if (options.freshestCrl) made.push(freshestCrl(options.freshestCrl))
  made.push(...(options.extraExtensions ?? []))
  return options.extensions ? options.extensions(made) : made
}

/** The list of revoked certificates; without any the field must be absent (RFC 5280 section 5.1.2.6). */
function encodeEntries({ revoked = [], bulk = 0 }: CrlOptions, byDefault: Date): readonly Buffer[] {
  if (revoked.length === 0 && bulk === 0) return []
  const entries = revoked.map((entry) => encodeEntry(entry, byDefault))
  return [sequence(...entries, encodeBulk(bulk, byDefault))]
}

function encodeEntry(entry: RevokedEntry, byDefault: Date): Buffer {
  const extensions: Extension[] = []
  if (entry.reason) extensions.push(reasonCode(entry.reason))
  if (entry.invalidityDate) extensions.push(invalidityDate(entry.invalidityDate))
  if (entry.certificateIssuer) extensions.push(certificateIssuer(entry.certificateIssuer))
  extensions.push(...(entry.extraExtensions ?? []))
  return sequence(
    encodeSerialNumber(entry.serialNumber),
    time(entry.revocationDate ?? byDefault),
    ...(extensions.length === 0 ? [] : [sequence(...extensions.map(encodeExtension))]),
  )
}

function encodeSerialNumber(serialNumber: RevokedEntry['serialNumber']): Buffer {
  if (typeof serialNumber === 'bigint' || typeof serialNumber === 'number') {
    return integer(serialNumber)
  }
  if (serialNumber instanceof Uint8Array) return integerOfOctets(serialNumber)
  return integerOfOctets(serialNumber.serialNumber)
}

/** Content octets (16) of the serial number of the bulk entry with this index. They grow with it. */
export function bulkSerialNumber(index: number): Buffer {
  const octets = Buffer.alloc(16, 0x5a)
  octets.writeUInt32BE(index, 1)
  return octets
}

function encodeBulk(count: number, date: Date): Buffer {
  const one = sequence(integerOfOctets(bulkSerialNumber(0)), time(date))
  const all = Buffer.alloc(one.length * count, one)
  // The index stands after the headers of sequence and integer (two octets each) and the first octet of the number.
  for (let index = 0; index < count; index += 1) all.writeUInt32BE(index, index * one.length + 5)
  return all
}

function signingKeyOf({ signingKey, issuer }: CrlOptions): KeyObject {
  if (signingKey instanceof KeyObject) return signingKey
  return (signingKey ?? issuer).privateKey
}
