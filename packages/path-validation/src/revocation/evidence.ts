import type { Certificate } from '../certificate/certificate.js'
import type { OcspAnswer } from '../ocsp/answer.js'
import type { Crl } from './crl.js'

interface Found {
  readonly kind: 'crl' | 'ocsp'
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  /** What it says of the certificate; `null` where it is not relied on. */
  readonly says: string | null
  /** Why it is not relied on; `null` where it is. */
  readonly problem: string | null
}

/** A list or an answer that was asked about one certificate, for whoever wants to know what a status rests on. */
export interface RevocationEvidence extends Found {
  /** The very object that was given, by which its source can be found. It is not in what `JSON.stringify` writes. */
  readonly item: Crl | OcspAnswer
  /** Who signed it and may; `null` where that is nobody, or was not asked since it can't be relied on anyway. Nor is this. */
  readonly signer: Certificate | null
}

/** Getters stay out of JSON: a list has up to 50 MB, and numbers that JSON does not know. */
class Evidence implements RevocationEvidence {
  readonly kind: Found['kind']
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  readonly says: string | null
  readonly problem: string | null
  readonly #item: Crl | OcspAnswer
  readonly #signer: Certificate | null

  constructor(item: Crl | OcspAnswer, signer: Certificate | null, found: Found) {
    this.kind = found.kind
    this.thisUpdate = found.thisUpdate
    this.nextUpdate = found.nextUpdate
    this.says = found.says
    this.problem = found.problem
    this.#item = item
    this.#signer = signer
  }

  get item(): Crl | OcspAnswer {
    return this.#item
  }

  get signer(): Certificate | null {
    return this.#signer
  }
}

/** Notes what one list or answer was found to say. */
export const createEvidence = (
  item: Crl | OcspAnswer,
  signer: Certificate | null,
  found: Found,
): RevocationEvidence => new Evidence(item, signer, found)

/** The same for a list, which brings its own dates. */
export const evidenceOfCrl = (
  crl: Crl,
  { signer, says, problem }: Pick<RevocationEvidence, 'signer' | 'says' | 'problem'>,
): RevocationEvidence => {
  const { thisUpdate, nextUpdate } = crl
  return createEvidence(crl, signer, { kind: 'crl', thisUpdate, nextUpdate, says, problem })
}
