import { readFile } from 'node:fs/promises'
import { type CertificateFacts, parseThumbprint, readCertificates } from '@mtls-edge/cert-registry'
import { writePemCertificate } from '@mtls-edge/path-validation'
import {
  describeContent,
  describeConversion,
  recognizeDer,
} from '../../configuration/files/file-content.js'
import { decodePem } from '../../configuration/files/pem.js'
import { UsageError } from '../exit.js'
import { resolveFromUser, type Surroundings } from '../surroundings.js'
import { isRegistryError } from './session.js'

/** A certificate that an argument names; the facts are there when it was a file. */
export interface NamedCertificate {
  readonly thumbprint: string
  readonly certificate?: CertificateFacts
}

/**
 * Reads arguments that are thumbprints or PEM files. All are read before any is used.
 *
 * @throws UsageError
 */
export async function readCertificateArguments(
  texts: readonly string[],
  surroundings: Surroundings,
): Promise<readonly NamedCertificate[]> {
  const named: NamedCertificate[] = []
  for (const text of texts) {
    const thumbprint = parseThumbprint(text)
    if (thumbprint !== null) {
      named.push({ thumbprint })
      continue
    }
    const facts = await readPemFile(text, surroundings, ', and it is no SHA-256 thumbprint either')
    named.push(...facts.map((each) => ({ thumbprint: each.thumbprint, certificate: each })))
  }
  return named
}

/**
 * Reads the certificates of a PEM file, or the one of a file in DER. Nothing of a file that is refused is printed.
 *
 * @param alternative - what else the argument could have been, for the message
 * @throws UsageError
 */
export async function readPemFile(
  path: string,
  surroundings: Surroundings,
  alternative = '',
): Promise<readonly CertificateFacts[]> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(resolveFromUser(path, surroundings))
  } catch (error) {
    throw new UsageError(`${nameOf(path)}: ${describeReadFailure(error)}${alternative}`)
  }
  const content = recognizeDer(bytes)
  const conversion = describeConversion(bytes, 'certificate')
  if (content === 'private key') {
    throw new UsageError(`${nameOf(path)} ${describeContent(bytes)}: hand in the certificate alone`)
  }
  if (content !== 'certificate' && conversion !== null) {
    throw new UsageError(
      `${nameOf(path)} ${describeContent(bytes)}: turn it into PEM by \`${conversion}\``,
    )
  }
  try {
    return readCertificates(
      content === 'certificate' ? writePemCertificate(bytes) : decodePem(bytes),
    )
  } catch (error) {
    if (!isRegistryError(error)) throw error
    throw new UsageError(`${nameOf(path)}: ${error.message}`)
  }
}

function describeReadFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a directory'
  return `it cannot be read (${code})`
}

const NAME_LIMIT = 200

/** A name for a message. What is as long as a key is no name, and may be one that was pasted by mistake. */
function nameOf(path: string): string {
  if (path.includes('-----BEGIN') || path.length > NAME_LIMIT) return 'the argument'
  return path
}
