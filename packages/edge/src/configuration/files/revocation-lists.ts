import type { Place } from '../place.js'
import type { RevocationList } from '../types.js'
import type { NamedFiles } from './named-files.js'
import { DER_SEQUENCE, decodePem, describeContent, findPemBlocks } from './pem.js'

/** Reads a CRL file: DER with one CRL, or PEM with one or more. What the CRLs say is not judged. */
export function readRevocationLists(
  path: string,
  place: Place,
  files: NamedFiles,
): readonly RevocationList[] | null {
  const file = files.read(path, place)
  if (file === null) return null
  if (file.bytes[0] === DER_SEQUENCE) return [{ file: file.file, der: file.bytes }]
  const blocks = findPemBlocks(decodePem(file.bytes)).filter((block) => block.label === 'X509 CRL')
  if (blocks.length === 0) {
    return place.error(
      `names ${file.shown}, which ${describeContent(file.bytes)}, and no CRL`,
      'name a file with a CRL, in DER or in PEM (-----BEGIN X509 CRL-----)',
    )
  }
  return blocks.map(({ text }) => ({
    file: file.file,
    der: Buffer.from(text.replace(/-----[^-]*-----/g, ''), 'base64'),
  }))
}
