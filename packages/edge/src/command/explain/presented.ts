import { readFileSync } from 'node:fs'
import type { PresentedCertificates } from '@mtls-edge/cert-verifier'
import {
  describeContent,
  describeConversion,
  recognizeDer,
} from '../../configuration/files/file-content.js'
import { DER_SEQUENCE, decodePem, findPemBlocks } from '../../configuration/files/pem.js'
import { UsageError } from '../exit.js'
import { resolveFromUser, type Surroundings } from '../surroundings.js'

/**
 * Reads what a client would present: the first certificate of the file is the leaf; what follows it, and the
 * certificates of the chain file, is sent along. Nothing is parsed yet: a malformed leaf is a verdict too.
 *
 * @throws UsageError where a file can't be read or holds no certificate
 */
export function readPresented(
  file: string,
  chainFile: string | undefined,
  surroundings: Surroundings,
): PresentedCertificates {
  const [leaf, ...pool] = readBlocks(file, surroundings)
  if (leaf === undefined) throw new UsageError(`${file} holds no certificate`)
  const chain = chainFile === undefined ? [] : readBlocks(chainFile, surroundings)
  return { leaf, pool: [...pool, ...chain], handshake: null }
}

function readBlocks(file: string, surroundings: Surroundings): readonly Uint8Array[] {
  const bytes = readBytes(file, surroundings)
  const isOther = !['certificate', null].includes(recognizeDer(bytes))
  if (bytes[0] === DER_SEQUENCE && !isOther) return [bytes]
  const certificates = findPemBlocks(decodePem(bytes)).filter(
    ({ label }) => label === 'CERTIFICATE',
  )
  if (certificates.length === 0) {
    const conversion = describeConversion(bytes, 'certificate')
    const mend =
      conversion === null
        ? 'name a file in PEM (-----BEGIN CERTIFICATE-----) or DER'
        : `turn it into PEM by \`${conversion}\``
    throw new UsageError(`${file} ${describeContent(bytes)}, and no certificate: ${mend}`)
  }
  return certificates.map(({ text }) => Buffer.from(text.replace(/-----[^-]*-----/g, ''), 'base64'))
}

function readBytes(file: string, surroundings: Surroundings): Uint8Array {
  try {
    return readFileSync(resolveFromUser(file, surroundings))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT') throw new UsageError(`${file} does not exist`)
    if (code === 'EISDIR') throw new UsageError(`${file} is a directory`)
    throw new UsageError(`${file} cannot be read (${String(code)})`)
  }
}
