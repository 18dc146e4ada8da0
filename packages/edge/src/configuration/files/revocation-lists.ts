import { type Crl, CrlError } from '@mtls-edge/path-validation'
import type { Place } from '../place.js'
import type { RevocationList } from '../types.js'
import { describeContent, recognizeDer } from './file-content.js'
import { readListsOnce } from './large-lists.js'
import type { NamedFile, NamedFiles } from './named-files.js'

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
  const crls = file === null ? null : readLists(file, place)
  if (file === null || crls === null) return []
  return crls.map((crl) => {
    const list = { file: file.file, der: crl.der, crl }
    warnOfDates(list, file, place, now)
    return list
  })
}

function readLists(file: NamedFile, place: Place): readonly Crl[] | null {
  try {
    return readListsOnce(file.bytes) ?? refuseContent(file, place)
  } catch (error) {
    if (!(error instanceof CrlError)) throw error
    if (recognizeDer(file.bytes) !== null) return refuseContent(file, place)
    return place.error(
      `names ${file.shown}, in which a CRL cannot be read (${error.message})`,
      'replace the damaged CRL by an undamaged copy',
    )
  }
}

function refuseContent(file: NamedFile, place: Place): null {
  return place.error(
    `names ${file.shown}, which ${describeContent(file.bytes)}, and no CRL`,
    'name a file with a CRL, in DER or in PEM (-----BEGIN X509 CRL-----)',
  )
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
