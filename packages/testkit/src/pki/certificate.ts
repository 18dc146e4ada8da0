import { KeyObject, randomBytes } from 'node:crypto'
import type { CertificateOptions } from './certificate-options.js'
import {
  bitString,
  context,
  type Der,
  element,
  integer,
  integerOfOctets,
  sequence,
  time,
} from './der.js'
import { encodeExtension } from './extension.js'
import { extensionsOf } from './extension-list.js'
import { type Issued, issuedOf } from './issued.js'
import { generateKey, type KeyPair, reusedKey, spkiOf } from './key.js'
import { encodeName } from './name.js'
import { flipBit, type Signer, signerOf } from './signature.js'

const DAY = 86_400_000

/**
 * Issues a certificate: by default a P-256 leaf for a TLS client, self-signed unless `issuer` is given, valid from a day
 * ago for 31 days. Nothing is refused because RFC 5280 forbids it; see {@link CertificateOptions} for what can be chosen.
 *
 * @throws Error only for what cannot be encoded or signed at all
 * @example
 * const root = issueCertificate({ subject: { CN: 'root' }, ca: true })
 * const client = issueCertificate({ subject: { CN: 'client-1' }, issuer: root })
 */
export function issueCertificate(options: CertificateOptions = {}): Issued {
  const key = keyOf(options)
  const issuer = options.issuer ?? null
  const subject = options.tbs?.subject ?? subjectOf(options)
  const signer = signerOf(signingKeyOf(options, key), options.signature)
  const serialNumber = serialNumberOf(options)
  const draft = { options, issuer, spki: spkiOf(key.publicKey), subject, signer, serialNumber }
  const tbs = transformed(encodeTbs(draft), options.transformTbs)
  const signature = transformed(signer.sign(tbs), options.transformSignature)
  const certificate = sequence(
    tbs,
    options.outerAlgorithm ?? options.tbs?.signature ?? signer.algorithm,
    bitString(flipBit(signature, options.flipSignatureBit)),
  )
  const whole = Buffer.concat([certificate, options.trailingBytes ?? Buffer.alloc(0)])
  const identifier = options.subjectKeyIdentifier
  return issuedOf({
    ...key,
    der: Buffer.from(transformed(whole, options.transform)),
    subject: Buffer.from(subject),
    serialNumber: Buffer.from(serialNumber.subarray(2)),
    issuer,
    ...(identifier ? { keyIdentifier: Buffer.from(identifier) } : {}),
  })
}

interface Draft {
  readonly options: CertificateOptions
  readonly issuer: Issued | null
  readonly spki: Der
  readonly subject: Der
  readonly signer: Signer
  readonly serialNumber: Der
}

function encodeTbs({ options, issuer, spki, subject, signer, serialNumber }: Draft): Buffer {
  const raw = options.tbs ?? {}
  const issuerName =
    options.issuerName === undefined
      ? (issuer?.subject ?? subject)
      : encodeName(options.issuerName, options.stringType)
  return sequence(
    raw.version ?? encodeVersion(options.version ?? 3),
    serialNumber,
    raw.signature ?? signer.algorithm,
    raw.issuer ?? issuerName,
    raw.validity ?? validityOf(options),
    subject,
    raw.subjectPublicKeyInfo ?? spki,
    raw.uniqueIds ?? Buffer.alloc(0),
    raw.extensions ?? encodeExtensions(options, spki),
  )
}

function encodeVersion(version: number): Buffer {
  return version === 1 ? Buffer.alloc(0) : context(0, integer(version - 1))
}

function validityOf(options: CertificateOptions): Buffer {
  const now = Date.now()
  return sequence(
    time(options.notBefore ?? new Date(now - DAY)),
    time(options.notAfter ?? new Date(now + 30 * DAY)),
  )
}

function encodeExtensions(options: CertificateOptions, spki: Der): Buffer {
  const extensions = extensionsOf(options, spki)
  if (extensions === null) return Buffer.alloc(0)
  return context(3, sequence(...extensions.map(encodeExtension)))
}

function subjectOf(options: CertificateOptions): Buffer {
  const name = options.subject ?? { CN: options.ca ? 'CA' : 'client' }
  return encodeName(name, options.stringType)
}

function serialNumberOf({ serialNumber, tbs }: CertificateOptions): Der {
  if (tbs?.serialNumber) return tbs.serialNumber
  if (serialNumber instanceof Uint8Array) return integerOfOctets(serialNumber)
  if (serialNumber !== undefined) return integer(serialNumber)
  const octets = randomBytes(16)
  // 0x40 to 0x7f: positive without a padding octet, so that every serial number is of the same length.
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40
  return element(0x02, octets)
}

function keyOf({ key = 'p256', freshKey, ca, issuer }: CertificateOptions): KeyPair {
  if (typeof key !== 'string') return { privateKey: key.privateKey, publicKey: key.publicKey }
  // Two CAs, or two self-signed certificates, of one key would turn forgeries into the real thing.
  if (freshKey ?? (ca === true || !issuer)) return generateKey(key)
  const above = issuer?.chain.map((certificate) => certificate.publicKey) ?? []
  return reusedKey(key, above)
}

function signingKeyOf({ signingKey, issuer }: CertificateOptions, own: KeyPair): KeyObject {
  if (signingKey instanceof KeyObject) return signingKey
  return (signingKey ?? issuer ?? own).privateKey
}

function transformed(der: Buffer, transform: ((der: Buffer) => Der) | undefined): Der {
  return transform ? transform(der) : der
}
