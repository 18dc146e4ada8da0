import {
  type Certificate,
  type Crl,
  CrlError,
  checkCrlSignatureInSteps,
  readCrlInSteps,
} from '@mtls-edge/path-validation'
import type { Downloaded, Validators, Wanted } from './download.js'
import { FetchError } from './fetch-error.js'
import { runInSteps } from './in-steps.js'
import type { Loaded } from './keeper.js'
import { rememberOrigin } from './origin.js'

/** A CRL, and what its server knows it by. */
export interface FetchedCrl {
  readonly crl: Crl
  readonly validators: Validators
}

export interface CrlWanted {
  readonly address: string
  /** Who may have signed it: every certificate that a path could bring. None is trusted for it. */
  readonly authorities: readonly Certificate[]
  readonly maxBytes: number
  readonly timeout: number
}

/**
 * Fetches a CRL and reads it, a few milliseconds at a time. It must be signed by somebody of the right name, so that what
 * anybody put at its address takes no memory, and must not be older than the one that was there before.
 *
 * Whether the signer may sign it, and of what it speaks, is decided with the path, each time.
 *
 * @throws {FetchError}
 */
export async function loadCrl(
  { address, authorities, maxBytes, timeout }: CrlWanted,
  previous: FetchedCrl | null,
  download: (wanted: Wanted) => Promise<Downloaded>,
): Promise<Loaded<FetchedCrl>> {
  const { body, validators } = await download({
    address,
    post: null,
    accept: 'application/pkix-crl',
    validators: previous?.validators ?? null,
    maxBytes,
    timeout,
  })
  const isSame =
    previous !== null && (body === null || Buffer.compare(body, previous.crl.der) === 0)
  if (isSame) return describe({ crl: previous.crl, validators })
  const crl = await read(body ?? new Uint8Array())
  await checkSigner(crl, authorities)
  if (previous !== null && isOlder(crl, previous.crl))
    throw new FetchError('it is older than the one that was there before')
  rememberOrigin(crl, address)
  return describe({ crl, validators })
}

function describe(value: FetchedCrl): Loaded<FetchedCrl> {
  const { der, nextUpdate, entries } = value.crl
  if (nextUpdate === null) throw new FetchError('it has no nextUpdate')
  // The table has up to three slots of four bytes for each entry (two of them for lists with several issuers).
  return { value, until: nextUpdate.getTime(), bytes: der.length + entries.size * 24 }
}

async function read(der: Uint8Array): Promise<Crl> {
  try {
    return await runInSteps(readCrlInSteps(der))
  } catch (error) {
    if (!(error instanceof CrlError)) throw error
    throw new FetchError(`it can not be read (${error.message})`, { cause: error })
  }
}

async function checkSigner(crl: Crl, authorities: readonly Certificate[]): Promise<void> {
  const wanted = crl.issuer.normalized
  for (const signer of authorities.filter(({ subject }) => subject.normalized === wanted))
    if (await runInSteps(checkCrlSignatureInSteps(crl, signer))) return
  throw new FetchError(`it is not signed by "${crl.issuer.text}" as known here`)
}

/**
 * A CRL number never goes backwards (RFC 5280 section 5.2.3): an old list, in which somebody is not revoked yet, must not take
 * the place of a newer one. A CA with another key counts anew.
 */
function isOlder(next: Crl, previous: Crl): boolean {
  const isComparable =
    next.issuer.normalized === previous.issuer.normalized &&
    next.authorityKeyIdentifier?.keyIdentifier === previous.authorityKeyIdentifier?.keyIdentifier
  if (isComparable && next.number !== null && previous.number !== null)
    return next.number < previous.number
  return next.thisUpdate.getTime() < previous.thisUpdate.getTime()
}
