import { type Certificate, CertificateError, readPemCertificates } from '@mtls-edge/path-validation'
import type { Place } from '../place.js'
import { describeMismatch } from './file-content.js'
import type { NamedFile, NamedFiles } from './named-files.js'
import { decodePem, findPemBlocks } from './pem.js'

/** Reads the certificates of a PEM file, of which there must be one at least. */
export function readCertificateFile(
  path: string,
  place: Place,
  files: NamedFiles,
): readonly Certificate[] | null {
  const file = files.read(path, place)
  return file === null ? null : readCertificates(file, place)
}

/** Reads the certificates of a file that was read already. */
export function readCertificates(file: NamedFile, place: Place): readonly Certificate[] | null {
  const text = decodePem(file.bytes)
  if (!findPemBlocks(text).some((block) => block.label === 'CERTIFICATE')) {
    const { message, conversion } = describeMismatch(file.bytes, 'certificate')
    return place.error(
      `names ${file.shown}, which ${message}`,
      conversion ?? 'name a PEM file with the certificate (-----BEGIN CERTIFICATE-----)',
    )
  }
  try {
    return readPemCertificates(text)
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    return place.error(
      `names ${file.shown}, in which a certificate cannot be read (${error.message})`,
      'replace the damaged certificate by an undamaged copy',
    )
  }
}
