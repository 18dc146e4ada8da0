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
import { DER_SEQUENCE } from './pem.js'

/** A list from this size on is read ahead, in bytes: some 3,000 entries, which take a millisecond. */
const LARGE = 100_000

/** The large lists of the files that were read ahead last. They are in force, or about to be. */
let known: readonly Crl[] = []

/**
 * Reads large CRLs (DER) a few milliseconds at a time, so that {@link readCrlOnce} finds them: a million entries at once would hold
 * up every request for half a second. What has not changed since the last time is not read again. Other files are left alone.
 *
 * @param contents of files, whichever they are
 */
export async function readLargeListsAhead(contents: Iterable<Uint8Array>): Promise<void> {
  const next: Crl[] = []
  for (const content of contents) {
    if (content.length < LARGE || content[0] !== DER_SEQUENCE) continue
    const crl = find(content) ?? (await readInSteps(content))
    if (crl !== null) next.push(crl)
  }
  known = next
}

/** Reads a CRL, unless it was read ahead. Throws as `readCrl` does. */
export function readCrlOnce(der: Uint8Array): Crl {
  return find(der) ?? readCrl(der)
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
  if (crl.der.length < LARGE) return
  for (const authority of authorities) {
    if (authority.subject.normalized !== crl.issuer.normalized) continue
    if (await drive(checkCrlSignatureInSteps(crl, authority))) return
  }
}

function find(der: Uint8Array): Crl | null {
  return known.find((crl) => Buffer.compare(crl.der, der) === 0) ?? null
}

/** What can't be read gets its message when the configuration is loaded. */
async function readInSteps(der: Uint8Array): Promise<Crl | null> {
  try {
    return await drive(readCrlInSteps(der))
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
