import { createHash } from 'node:crypto'
import {
  type CertificateFacts,
  type ImportedRegistration,
  readCertificates,
} from '@mtls-edge/cert-registry'
import { issueCertificate } from '@mtls-edge/testkit'

export const DOMAIN = 'auth.example.com'
export const DAY = 86_400_000
/** Their certificates end between a month ago and two years ahead. */
const [FIRST_END, PERIOD] = [-30, 760]
/** One of so many waits to be let in. */
const RARE = 5000
const NOTES = 'What somebody wrote down in the notes of a client, and nobody reads. '.repeat(15)

export function makeFacts(): CertificateFacts {
  const [facts] = readCertificates(issueCertificate({ subject: { CN: 'client' } }).pem)
  if (facts === undefined) throw new Error('no certificate')
  return facts
}

/** Entries with long notes, in batches, one for each number from `from` to before `to`. */
export function* batchesOf(range: {
  readonly from: number
  readonly to: number
  readonly size: number
  /** The size of a real certificate is what matters, not that each has one of its own. */
  readonly facts: CertificateFacts
}): Generator<readonly ImportedRegistration[]> {
  for (let start = range.from; start < range.to; start += range.size) {
    const length = Math.min(range.size, range.to - start)
    yield Array.from({ length }, (_, at) => entryOf(start + at, range.facts))
  }
}

function entryOf(number: number, facts: CertificateFacts): ImportedRegistration {
  const thumbprint = createHash('sha256').update(String(number)).digest('hex')
  const notAfter = new Date(Date.now() + (FIRST_END + (number % PERIOD)) * DAY)
  return {
    domain: DOMAIN,
    thumbprint,
    state: number % RARE === 0 ? 'pending' : 'active',
    certificate: { ...facts, thumbprint, notAfter, subject: `CN=client ${number}` },
    notes: NOTES,
  }
}
