import type { Certificate, Crl, OcspAnswer } from '@mtls-edge/path-validation'
import type { FetchedSource, VerifierObserver } from '../observer.js'
import { crlAddressesOf, type FetchKind, ocspAddressesOf } from './addresses.js'
import { type Downloaded, download, type Wanted } from './download.js'
import type { FetchError } from './fetch-error.js'
import { createGate, type Gate } from './gate.js'
import { createKeeper, type Kept, type Load } from './keeper.js'
import {
  DEFAULT_FETCH_LIMITS,
  type FetchLimits,
  MAX_CRL_MEMORY,
  MAX_CRLS,
  MAX_OCSP_ANSWERS,
  MAX_WAITING,
} from './limits.js'
import { type FetchedCrl, loadCrl } from './load-crl.js'
import { type FetchedAnswer, loadOcspAnswer } from './load-ocsp.js'
import { isKnown, listAbove, type StatusQuestion } from './question.js'
import { normalizeHost, type ResolveHost, resolveBySystem } from './target.js'

export interface RevocationSourceOptions {
  /** What to fetch, in this order: the second only where the first leaves a status unknown. */
  readonly fetch: readonly FetchKind[]
  /** Hosts that may resolve to addresses that are not public. Default: none. */
  readonly allowHosts?: readonly string[]
  /** Default: {@link DEFAULT_FETCH_LIMITS}. */
  readonly limits?: Partial<FetchLimits>
  /** Where failures are told: once when an address begins to fail, once when it is well again. Default: nowhere. */
  readonly log?: FetchLog | null
  /** Is told of each attempt. Default: nobody. */
  readonly observer?: VerifierObserver
  /** Default: the system's resolver. */
  readonly resolve?: ResolveHost
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number
}

/** What a logger has to have; pino and Fastify's do. */
export interface FetchLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** What was fetched, for decisions; they read it and wait for nothing. */
export interface FetchedStatus {
  crls(): readonly Crl[]
  answersFor(certificates: readonly Certificate[]): readonly OcspAnswer[]
}

/** Revocation information that is fetched when it is needed and kept fresh. */
export interface RevocationSource extends FetchedStatus {
  /** Grows with everything new that may change a verdict that was made before. */
  readonly epoch: number
  /**
   * Begins to fetch what is missing. `null` where there is nothing to wait for: nowhere to fetch from, or a failure a moment ago.
   * The promise ends when everything was had or has failed, after twice the time limit of a fetch at the latest, and never rejects.
   *
   * @param waitsForRetries whether to wait for addresses that failed the last time; they are asked in either case
   */
  fetchMissing(question: StatusQuestion, waitsForRetries: boolean): Promise<void> | null
  /** Every address that was asked for lately. */
  listFetched(): readonly FetchedSource[]
  /** Stops everything. */
  close(): void
}

/** Builds a source. It holds timers (that keep no process alive) until it is closed. */
export function createRevocationSource(options: RevocationSourceOptions): RevocationSource {
  const { fetch: kinds, resolve = resolveBySystem, clock = Date.now, log = null } = options
  const limits = { ...DEFAULT_FETCH_LIMITS, ...options.limits }
  const rules = { allowHosts: new Set((options.allowHosts ?? []).map(normalizeHost)), resolve }
  const closing = new AbortController()
  let epoch = 0

  const onFailure = (key: string, failure: FetchError | null): void => {
    const fields = { event: 'revocation_fetch', address: addressOf(key) }
    if (failure === null) log?.info(fields, 'revocation information can be fetched again')
    else log?.warn({ ...fields, reason: failure.message }, 'revocation information not fetched')
  }
  const onAttempt = (kind: FetchKind) => (isSuccess: boolean) =>
    options.observer?.onFetch?.(kind, isSuccess ? 'fetched' : 'failed')
  const crls = createKeeper<FetchedCrl>({
    maxEntries: MAX_CRLS,
    maxBytes: MAX_CRL_MEMORY,
    now: clock,
    onFailure,
    onAttempt: onAttempt('crl'),
    onValue: ({ crl }, previous) => {
      if (crl !== previous?.crl) epoch += 1
    },
    refreshesUnused: true,
  })
  const answers = createKeeper<FetchedAnswer>({
    maxEntries: MAX_OCSP_ANSWERS,
    maxBytes: Number.POSITIVE_INFINITY,
    now: clock,
    onFailure,
    onAttempt: onAttempt('ocsp'),
    // A status that stays what it was changes no verdict: thousands of answers are refreshed without any being made anew.
    onValue: ({ statement }, previous) => {
      const { type } = statement.status
      if (type !== (previous?.statement.status.type ?? 'good')) epoch += 1
    },
    refreshesUnused: false,
  })
  const crlGate = createGate(Math.max(1, Math.floor(limits.maxConcurrent / 4)), MAX_WAITING)
  const ocspGate = createGate(limits.maxConcurrent, MAX_WAITING)
  const downloadThrough =
    (gate: Gate) =>
    (wanted: Wanted): Promise<Downloaded> =>
      gate.run(() => download(wanted, rules, closing.signal))
  const downloadCrl = downloadThrough(crlGate)
  const downloadAnswer = downloadThrough(ocspGate)

  const ocspKeysOf = (certificate: Certificate): readonly (readonly [string, string])[] =>
    ocspAddressesOf(certificate)
      .slice(0, limits.maxAddresses)
      .map((address) => [`${address} ${certificate.thumbprint}`, address])

  async function fetchAnswer(certificate: Certificate, question: StatusQuestion): Promise<void> {
    const [issuer] = listAbove(certificate, question)
    if (issuer === undefined) return
    const isReliable = (answer: OcspAnswer): boolean =>
      isKnown(certificate, question, { crls: source.crls(), ocsp: [answer] }, clock())
    for (const [key, address] of ocspKeysOf(certificate)) {
      const wanted = { address, certificate, issuer, isReliable, timeout: limits.timeout }
      await answers.ensure(key, (previous) => loadOcspAnswer(wanted, previous, downloadAnswer))
      if (answers.get(key) !== null && !answers.hasFailed(key)) return
    }
  }

  /** The same list from one of its places, the first that has it. */
  async function fetchCrl(
    places: readonly string[],
    { authorities }: StatusQuestion,
  ): Promise<FetchedCrl | null> {
    for (const address of places.slice(0, limits.maxAddresses)) {
      const { maxCrlBytes: maxBytes, timeout } = limits
      const load: Load<FetchedCrl> = (previous) =>
        loadCrl({ address, authorities, maxBytes, timeout }, previous, downloadCrl)
      await crls.ensure(address, load)
      const fetched = crls.get(address)
      if (fetched !== null && !crls.hasFailed(address)) return fetched
    }
    return null
  }

  async function fetchCrls(certificate: Certificate, question: StatusQuestion): Promise<void> {
    const { crlDistributionPoints, freshestCrl } = certificate.extensions
    const fetchAll = (groups: readonly (readonly string[])[]) =>
      Promise.all(groups.slice(0, limits.maxAddresses).map((group) => fetchCrl(group, question)))
    const bases = await fetchAll(crlAddressesOf(crlDistributionPoints))
    // Deltas after their bases, which may name some themselves.
    const named = [freshestCrl, ...bases.map((base) => base?.crl.freshestCrl ?? null)]
    const deltas = named.flatMap(crlAddressesOf).map((group) => group.join(' '))
    await fetchAll([...new Set(deltas)].map((group) => group.split(' ')))
  }

  async function fetchStatus(certificate: Certificate, question: StatusQuestion): Promise<void> {
    for (const [index, kind] of kinds.entries()) {
      await (kind === 'ocsp' ? fetchAnswer : fetchCrls)(certificate, question)
      const isLast = index === kinds.length - 1
      const fetched = { crls: source.crls(), ocsp: source.answersFor([certificate]) }
      if (isLast || isKnown(certificate, question, fetched, clock())) return
    }
  }

  function dueOf(certificate: Certificate): readonly { readonly hasFailed: boolean }[] {
    const due = kinds.includes('ocsp') ? ocspKeysOf(certificate) : []
    const points = kinds.includes('crl') ? certificate.extensions.crlDistributionPoints : null
    const lists = crlAddressesOf(points).flat()
    return [
      ...due.flatMap(([key]) =>
        answers.isDue(key) ? [{ hasFailed: answers.hasFailed(key) }] : [],
      ),
      ...lists.flatMap((key) => (crls.isDue(key) ? [{ hasFailed: crls.hasFailed(key) }] : [])),
    ]
  }

  const source: RevocationSource = {
    get epoch() {
      return epoch
    },
    crls: () => crls.values().map(({ crl }) => crl),
    answersFor: (certificates) =>
      certificates.flatMap((certificate) =>
        ocspKeysOf(certificate).flatMap(([key]) => answers.get(key)?.answer ?? []),
      ),
    fetchMissing(question, waitsForRetries) {
      const due = question.missing.flatMap(dueOf)
      if (due.length === 0) return null
      const fetched = Promise.all(
        question.missing.map((certificate) => fetchStatus(certificate, question)),
      )
      const isWorthIt = waitsForRetries || due.some(({ hasFailed }) => !hasFailed)
      return isWorthIt ? settled(fetched, limits.timeout * 2) : ignored(fetched)
    },
    listFetched: () => [
      ...crls.list().map((kept) => describeKept('crl', kept, kept.value?.crl ?? null)),
      ...answers.list().map((kept) => describeKept('ocsp', kept, kept.value?.statement ?? null)),
    ],
    close() {
      closing.abort()
      crls.close()
      answers.close()
    },
  }
  return source
}

function describeKept(
  kind: FetchKind,
  { key, fetchedAt, failure }: Kept<unknown>,
  dates: Pick<Crl, 'thisUpdate' | 'nextUpdate'> | null,
): FetchedSource {
  return {
    kind,
    address: addressOf(key),
    thisUpdate: dates?.thisUpdate ?? null,
    nextUpdate: dates?.nextUpdate ?? null,
    fetchedAt,
    failure,
  }
}

/** Keys of answers have the certificate's thumbprint behind the address. */
const addressOf = (key: string): string => key.split(' ', 1)[0] ?? key

function settled(work: Promise<unknown>, time: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time)
    work
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer)
        resolve()
      })
  })
}

function ignored(work: Promise<unknown>): null {
  work.catch(() => {})
  return null
}
