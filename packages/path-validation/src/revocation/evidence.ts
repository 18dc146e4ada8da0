import type { Certificate } from '../certificate/certificate.js'
import type { OcspAnswer } from '../ocsp/answer.js'
import type { Crl } from './crl.js'

/** A list or an answer that was asked about one certificate, for whoever wants to know what a status rests on. */
export interface RevocationEvidence {
  readonly kind: 'crl' | 'ocsp'
  /** The very object that was given, by which its source can be found. */
  readonly item: Crl | OcspAnswer
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  /** Who signed it and may; `null` where that is nobody, or was not asked since it can't be relied on anyway. */
  readonly signer: Certificate | null
  /** What it says of the certificate; `null` where it is not relied on. */
  readonly says: string | null
  /** Why it is not relied on; `null` where it is. */
  readonly problem: string | null
}

export const evidenceOfCrl = (
  crl: Crl,
  found: Pick<RevocationEvidence, 'signer' | 'says' | 'problem'>,
): RevocationEvidence => {
  const { thisUpdate, nextUpdate } = crl
  return { kind: 'crl', item: crl, thisUpdate, nextUpdate, ...found }
}
