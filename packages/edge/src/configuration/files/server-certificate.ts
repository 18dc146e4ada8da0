import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Place } from '../place.js'
import { Secret } from '../secret.js'
import type { ServerCertificate } from '../types.js'
import { describeMismatch } from './file-content.js'
import type { NamedFile, NamedFiles } from './named-files.js'
import { decodePem, findPemBlocks } from './pem.js'
import { findChainFault } from './server-strength.js'

const STRONG =
  'use an RSA key of 2048 bits or more, an ECDSA key on P-256, P-384 or P-521, or Ed25519, all of the chain signed with SHA-256 or better'

/** A server's certificate as the file has it, and as it was understood. */
export interface ReadServerCertificate extends ServerCertificate {
  readonly leaf: X509Certificate
  /** What the file has behind it. */
  readonly issuers: readonly X509Certificate[]
}

/**
 * Reads a certificate with its chain and the key that belongs to it.
 *
 * Neither dates nor names are checked here: they are worth a warning, not a stop.
 */
export function readServerCertificate(
  raw: { readonly certificateFile?: string | undefined; readonly keyFile?: string | undefined },
  place: Place,
  files: NamedFiles,
): ReadServerCertificate | null {
  const [certificatePlace, keyPlace] = [place.at('certificateFile'), place.at('keyFile')]
  const certificateFile =
    raw.certificateFile === undefined ? null : files.read(raw.certificateFile, certificatePlace)
  const keyFile = raw.keyFile === undefined ? null : files.read(raw.keyFile, keyPlace)
  const chain = certificateFile === null ? null : readChain(certificateFile, certificatePlace)
  const key = keyFile === null ? null : readKey(keyFile, keyPlace)
  if (certificateFile === null || keyFile === null || chain === null || key === null) return null
  const [leaf, ...issuers] = chain
  if (leaf === undefined) return null
  if (!leaf.checkPrivateKey(key.object)) {
    const isOfAnother = chain.some((certificate) => certificate.checkPrivateKey(key.object))
    return keyPlace.error(
      `names ${keyFile.shown}, whose key does not belong to the certificate in ${certificateFile.shown}`,
      isOfAnother
        ? "put the server's own certificate first in the file, its issuers after it"
        : 'name the key that the certificate was issued for',
    )
  }
  const fault = findChainFault(chain)
  if (fault?.kind === 'unreadable') {
    return certificatePlace.error(
      `names ${certificateFile.shown}, in which a certificate cannot be read (${fault.detail})`,
      'have it issued anew as RFC 5280 has it',
    )
  }
  if (fault !== null) {
    return certificatePlace.error(
      `names ${certificateFile.shown}, which is too weak for TLS: ${fault.detail}`,
      STRONG,
    )
  }
  const certificate = chain.map(String).join('')
  try {
    createSecureContext({ cert: certificate, key: key.pem })
  } catch {
    return certificatePlace.error(
      `names ${certificateFile.shown}, which TLS refuses with this key`,
      STRONG,
    )
  }
  return { certificate, key: new Secret(key.pem), leaf, issuers }
}

/** The certificates of the file, the server's own first. */
function readChain(file: NamedFile, place: Place): readonly X509Certificate[] | null {
  const blocks = findPemBlocks(decodePem(file.bytes)).filter(
    (block) => block.label === 'CERTIFICATE',
  )
  if (blocks.length === 0) {
    const { message, conversion } = describeMismatch(file.bytes, 'certificate')
    return place.error(
      `names ${file.shown}, which ${message}`,
      conversion ??
        'name a PEM file with the certificate and its chain (-----BEGIN CERTIFICATE-----)',
    )
  }
  try {
    return blocks.map((block) => new X509Certificate(block.text))
  } catch {
    return place.error(
      `names ${file.shown}, in which a certificate cannot be read`,
      'replace the damaged certificate by an undamaged copy',
    )
  }
}

function readKey(
  file: NamedFile,
  place: Place,
): { readonly pem: string; readonly object: KeyObject } | null {
  const block = findPemBlocks(decodePem(file.bytes)).find(({ label }) =>
    label.endsWith('PRIVATE KEY'),
  )
  if (block === undefined) {
    const { message, conversion } = describeMismatch(file.bytes, 'private key')
    return place.error(
      `names ${file.shown}, which ${message}`,
      conversion ?? 'name a PEM file with the private key (-----BEGIN PRIVATE KEY-----)',
    )
  }
  if (block.label.startsWith('ENCRYPTED') || block.text.includes('4,ENCRYPTED')) {
    return place.error(
      `names ${file.shown}, whose key is encrypted`,
      'decrypt it (`openssl pkey -in FILE -out NEW_FILE`) and let the file system guard it',
    )
  }
  try {
    return { pem: `${block.text}\n`, object: createPrivateKey(block.text) }
  } catch {
    return place.error(
      `names ${file.shown}, in which the private key cannot be read`,
      'replace the damaged key by an undamaged copy',
    )
  }
}
