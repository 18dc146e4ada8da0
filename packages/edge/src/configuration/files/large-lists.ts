import { setImmediate } from 'node:timers/promises'
import {
  type Certificate,
  type Crl,
  CrlError,
  checkCrlSignatureInSteps,
  readCrl,
  readCrlInSteps,
} from '@mtls-edge/path-validation'
import type { EdgeConfiguration } from '../types.js'
import { splitCrlFile, splitCrlFileAtOnce } from './crl-file.js'

/** A file from this size on is read ahead, in bytes: some 500 entries. Many smaller ones would hold the process up together. */
export const LARGE_LIST = 16 * 1024

/** A file that was read ahead. */
interface KnownFile {
  readonly content: Uint8Array
  readonly lists: readonly Crl[]
}

/** The large files that were read ahead last. They are in force, or about to be. */
let known: readonly KnownFile[] = []

/**
 * Reads large CRL files a few milliseconds at a time, so that {@link readListsOnce} finds what is in them: a million entries at
 * once would hold up every request for half a second. What has not changed since the last time is not read again. Other files
 * are left alone.
 *
 * @param contents of files, whichever they are
 */
export async function readLargeListsAhead(contents: Iterable<Uint8Array>): Promise<void> {
  const next: KnownFile[] = []
  for (const content of contents) {
    if (content.length < LARGE_LIST) continue
    const lists = find(content) ?? (await readInSteps(content))
    if (lists !== null) next.push({ content, lists })
    await setImmediate()
  }
  known = next
}

/**
 * Reads the CRLs of a file, unless they were read ahead; `null` where there is none in it.
 *
 * @throws CrlError where one can't be read
 */
export function readListsOnce(content: Uint8Array): readonly Crl[] | null {
  return find(content) ?? splitCrlFileAtOnce(content)?.map(readCrl) ?? null
}

/**
 * The same content in the shortest form: of a file in PEM that was read ahead and holds one list, that list in DER. A quarter less,
 * and nothing to decode for whoever reads it next.
 */
export function shortenListFile(content: Uint8Array): Uint8Array {
  const lists = known.find((file) => file.content === content)?.lists ?? []
  const [only, ...others] = lists
  return only === undefined || others.length > 0 ? content : only.der
}

/**
 * Checks the signatures of large CRLs a few milliseconds at a time, ahead of the first certificate that needs them. Who may sign
 * what is decided then; here only the answer is remembered.
 */
export async function checkLargeListsAhead({ domains }: EdgeConfiguration): Promise<void> {
  for (const { clientCertificates } of domains) {
    const { caSigned } = clientCertificates
    if (caSigned === null) continue
    const authorities = [...caSigned.trustAnchors, ...caSigned.intermediates]
    for (const { crl } of caSigned.revocation.crls) await checkSigners(crl, authorities)
  }
}

async function checkSigners(crl: Crl, authorities: readonly Certificate[]): Promise<void> {
  if (crl.der.length < LARGE_LIST) return
  for (const authority of authorities) {
    if (authority.subject.normalized !== crl.issuer.normalized) continue
    if (await drive(checkCrlSignatureInSteps(crl, authority))) return
  }
}

/** What was recorded is the very same object; a copy of it does too, at the price of a comparison. */
function find(content: Uint8Array): readonly Crl[] | null {
  const isSame = (file: KnownFile): boolean =>
    file.content === content ||
    (file.content.length === content.length && Buffer.compare(file.content, content) === 0)
  return known.find(isSame)?.lists ?? null
}

/** What can't be read gets its message when the configuration is loaded. */
async function readInSteps(content: Uint8Array): Promise<readonly Crl[] | null> {
  try {
    const lists = await drive(splitCrlFile(content))
    if (lists === null) return null
    const read: Crl[] = []
    for (const der of lists) read.push(await drive(readCrlInSteps(der)))
    return read
  } catch (error) {
    if (error instanceof CrlError) return null
    throw error
  }
}

async function drive<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    await setImmediate()
  }
}
