import { CrlError } from '@mtls-edge/path-validation'
import type { Place } from '../place.js'
import type { RevocationList } from '../types.js'
import { readCrlOnce } from './large-lists.js'
import type { NamedFile, NamedFiles } from './named-files.js'
import { DER_SEQUENCE, decodePem, describeContent, findPemBlocks } from './pem.js'

/**
 * Reads a CRL file: DER with one CRL, or PEM with one or more. A list that is out of date is worth a warning: it may be
 * replaced while the edge runs. Signatures are checked where a list is used.
 */
export function readRevocationLists(
  path: string,
  place: Place,
  files: NamedFiles,
  now: Date,
): readonly RevocationList[] {
  const file = files.read(path, place)
  const parts = file === null ? null : splitFile(file, place)
  if (file === null || parts === null) return []
  const lists: RevocationList[] = []
  for (const der of parts) {
    const list = readList(der, file, place)
    if (list === null) continue
    warnOfDates(list, file, place, now)
    lists.push(list)
  }
  return lists
}

function splitFile(file: NamedFile, place: Place): readonly Uint8Array[] | null {
  if (file.bytes[0] === DER_SEQUENCE) return [file.bytes]
  const blocks = findPemBlocks(decodePem(file.bytes)).filter((block) => block.label === 'X509 CRL')
  if (blocks.length > 0) {
    return blocks.map(({ text }) => Buffer.from(text.replace(/-----[^-]*-----/g, ''), 'base64'))
  }
  return place.error(
    `names ${file.shown}, which ${describeContent(file.bytes)}, and no CRL`,
    'name a file with a CRL, in DER or in PEM (-----BEGIN X509 CRL-----)',
  )
}

function readList(der: Uint8Array, file: NamedFile, place: Place): RevocationList | null {
  try {
    return { file: file.file, der, crl: readCrlOnce(der) }
  } catch (error) {
    if (!(error instanceof CrlError)) throw error
    return place.error(
      `names ${file.shown}, in which a CRL cannot be read (${error.message})`,
      'replace the damaged CRL by an undamaged copy',
    )
  }
}

function warnOfDates({ crl }: RevocationList, file: NamedFile, place: Place, now: Date): void {
  const { nextUpdate, issuer } = crl
  if (nextUpdate === null) {
    place.warning(
      `names ${file.shown}, whose CRL of ${issuer.text} does not say until when it holds: nothing relies on it`,
      'have the CA issue CRLs with a nextUpdate',
    )
  } else if (now > nextUpdate) {
    place.warning(
      `names ${file.shown}, whose CRL of ${issuer.text} was to be replaced by ${nextUpdate.toISOString()}`,
      'fetch the current one',
    )
  }
}
