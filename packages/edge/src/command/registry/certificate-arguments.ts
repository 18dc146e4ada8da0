import { readFile } from 'node:fs/promises'
import { type CertificateFacts, parseThumbprint, readCertificates } from '@mtls-edge/cert-registry'
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
 * Reads the certificates of a PEM file. Nothing of a file that is refused is printed.
 *
 * @param alternative - what else the argument could have been, for the message
 * @throws UsageError
 */
export async function readPemFile(
  path: string,
  surroundings: Surroundings,
  alternative = '',
): Promise<readonly CertificateFacts[]> {
  let text: string
  try {
    text = await readFile(resolveFromUser(path, surroundings), 'latin1')
  } catch (error) {
    throw new UsageError(`${nameOf(path)}: ${describeReadFailure(error)}${alternative}`)
  }
  try {
    return readCertificates(text)
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
