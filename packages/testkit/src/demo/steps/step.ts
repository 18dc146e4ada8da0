import { type RawAnswer, readError } from '../../client/index.js'
import type { Issued } from '../../pki/index.js'
import type { RecordedRequest } from '../../standin/index.js'
import type { Stage } from '../stage.js'

/** One thing that the demo does and looks at. */
export interface Step {
  readonly title: string
  /** What must come of it, in words. */
  readonly wanted: string
  /** Does it. */
  run(stage: Stage): Promise<StepOutcome>
}

/** What came of a step. */
export interface StepOutcome {
  readonly passed: boolean
  /** The answer that the client got, and what of it is interesting. */
  readonly got: string
}

/** The certificate members of an https request, by the certificate that a client presents. */
export function presenting(issued: Issued | null): { certificate?: string; key?: string } {
  return issued === null ? {} : { certificate: issued.chainPem, key: issued.keyPem }
}

/** What Auth0 was told of the client's certificate in a request. */
export function forwardedCertificate(request: RecordedRequest | undefined) {
  const certificate = request?.headers['client-certificate']
  const verification = request?.headers['client-certificate-ca-verified']
  return {
    pem: typeof certificate === 'string' ? decodeURIComponent(certificate) : null,
    verification: typeof verification === 'string' ? verification : null,
  }
}

/** Compares PEM blocks by what they hold: line ends may differ. */
export function isSamePem(one: string | null, other: string): boolean {
  return one !== null && one.replace(/\s/g, '') === other.replace(/\s/g, '')
}

/** Status and error code of an answer, as one reads them out. */
export function statusAndError({ status, body }: RawAnswer): string {
  const { error } = readError({ body })
  return error === '' ? String(status) : `${status} ${error}`
}
