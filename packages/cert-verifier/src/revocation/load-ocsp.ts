import { randomBytes } from 'node:crypto'
import {
  type Certificate,
  type CertificateIdHash,
  createOcspRequest,
  endOfStatement,
  isForNonce,
  isIdOf,
  type OcspAnswer,
  OcspError,
  type OcspResponse,
  type OcspStatement,
  readOcspResponse,
} from '@mtls-edge/path-validation'
import type { Downloaded, Wanted } from './download.js'
import { FetchError } from './fetch-error.js'
import type { Loaded } from './keeper.js'
import { MAX_OCSP_BYTES } from './limits.js'
import { rememberOrigin } from './origin.js'

/** SHA-1 is what all responders know, SHA-256 what some insist on. */
const HASHES: readonly CertificateIdHash[] = ['sha1', 'sha256']

/** RFC 9654 section 2.1. */
const NONCE_BYTES = 32

/** What a responder that doesn't know the hash may say. */
const MAY_BE_THE_HASH: ReadonlySet<string> = new Set(['unauthorized', 'malformedRequest'])

/** An answer, and what it says of the certificate in question. */
export interface FetchedAnswer {
  readonly answer: OcspAnswer
  readonly statement: OcspStatement
}

export interface OcspWanted {
  readonly address: string
  readonly certificate: Certificate
  readonly issuer: Certificate
  /** Whether somebody who may has signed an answer, and it holds now. */
  readonly isReliable: (answer: OcspAnswer) => boolean
  readonly timeout: number
}

/**
 * Asks an OCSP responder about one certificate. What is not signed by somebody who may, is the answer to another question, or
 * is older than what was had before, is no answer; neither is `unknown`, so that it is asked again soon.
 *
 * @throws {FetchError}
 * @see https://www.rfc-editor.org/rfc/rfc6960#appendix-A.1
 */
export async function loadOcspAnswer(
  wanted: OcspWanted,
  previous: FetchedAnswer | null,
  download: (wanted: Wanted) => Promise<Downloaded>,
): Promise<Loaded<FetchedAnswer>> {
  let failure = new FetchError('no answer')
  for (const hash of HASHES) {
    const nonce = randomBytes(NONCE_BYTES)
    const { certificate, issuer, address, timeout } = wanted
    const { body } = await download({
      address,
      post: {
        type: 'application/ocsp-request',
        body: createOcspRequest({ certificate, issuer, hash, nonce }),
      },
      accept: 'application/ocsp-response',
      validators: null,
      maxBytes: MAX_OCSP_BYTES,
      timeout,
    })
    const bytes = body ?? new Uint8Array()
    const response = read(bytes)
    if (response.status !== 'successful') {
      failure = new FetchError(`the responder says ${response.status}`)
      if (!MAY_BE_THE_HASH.has(response.status)) break
      continue
    }
    const value = judge(response.answer, nonce, wanted, previous)
    if (value.statement.status.type === 'unknown') {
      failure = new FetchError('the responder does not know the certificate')
      continue
    }
    rememberOrigin(value.answer, address)
    return { value, until: endOfStatement(value.statement, 0), bytes: bytes.length }
  }
  throw failure
}

function read(der: Uint8Array): OcspResponse {
  try {
    return readOcspResponse(der)
  } catch (error) {
    if (!(error instanceof OcspError)) throw error
    throw new FetchError(`it can not be read (${error.message})`, { cause: error })
  }
}

function judge(
  answer: OcspAnswer,
  nonce: Uint8Array,
  { certificate, issuer, isReliable }: OcspWanted,
  previous: FetchedAnswer | null,
): FetchedAnswer {
  const statement = answer.statements.find(({ certificateId }) =>
    isIdOf(certificateId, certificate, issuer),
  )
  if (statement === undefined) throw new FetchError('it speaks of another certificate')
  if (!isForNonce(answer, nonce)) throw new FetchError('it is the answer to another question')
  if (previous !== null && statement.thisUpdate < previous.statement.thisUpdate)
    throw new FetchError('it is older than the one that was had before')
  if (statement.status.type !== 'unknown' && !isReliable(answer))
    throw new FetchError('it is out of date, or nobody who may has signed it')
  return { answer, statement }
}
