import type { Certificate } from '@mtls-edge/path-validation'
import { isInTime } from './connection.js'
import { decideCertificate, findHandshakeError } from './decision/decide.js'
import type { Accepted, ClientCertificate } from './decision/decision.js'
import type { CertificatePolicy, FetchingPolicy } from './decision/policy.js'
import { refuse } from './decision/verdict.js'
import type { FetchedSource, VerifierObserver } from './observer.js'
import { findMissingStatus, isIncomplete } from './revocation/missing.js'
import type { RevocationSource } from './revocation/source.js'
import type { PresentedCertificates, ReceivedCertificates } from './source/presented.js'

/** Verdicts kept: about 5 kB each with a short path, so 50 MB at the most. */
const MAX_CACHED_VERDICTS = 10_000

const NO_CERTIFICATE = Object.freeze({ kind: 'none' })

/** Decides, and remembers what it accepted. */
export interface Verifier {
  /** Changes whenever anything changes that a verdict rests on, besides time. */
  epoch(): number
  /** Decides by another policy from now on, on open connections too. */
  replacePolicy(policy: CertificatePolicy): void
  /** The certificates that OpenSSL is configured with, as they are here. */
  configured(): readonly Certificate[]
  decide(presented: ReceivedCertificates | null, now: number): ClientCertificate
  /** Whether a verdict may be another one when revocation information comes that is to be fetched. */
  isWaitingForStatus(verdict: ClientCertificate): boolean
  /** Begins to fetch what the verdict lacks; `null` where there is nothing to wait for. Decide again afterwards. */
  fetchMissing(
    presented: PresentedCertificates | null,
    verdict: ClientCertificate,
    now: number,
  ): Promise<void> | null
  /** Where revocation information was fetched from, or was to be. */
  listFetched(): readonly FetchedSource[]
  /** Stops fetching. */
  close(): void
}

/**
 * Builds a verifier.
 *
 * Accepted verdicts are kept by the leaf's thumbprint, for all connections: that a path exists is a fact
 * about the leaf, whichever connection brought the intermediates. Refusals are not kept beyond their
 * connection, since another one may bring what was missing. The handshake's verdict belongs to its
 * connection and is asked again on each.
 */
export function createVerifier(
  firstPolicy: CertificatePolicy,
  certificate: 'required' | 'optional',
  createSource: (fetching: FetchingPolicy) => RevocationSource,
  { onVerdict }: VerifierObserver = {},
): Verifier {
  const accepted = new Map<string, Accepted>()
  let policy = firstPolicy
  let source = openSource(policy)
  /** One for each change that was seen: a new policy, a change in the registry, its freshness lost or won, a new CRL. */
  let epoch = 0
  let registryEpoch = policy.registry?.epoch
  let isRegistryFresh = policy.registry?.isFresh
  let sourceEpoch = source?.epoch

  function openSource({ caSigned }: CertificatePolicy): RevocationSource | null {
    const fetching = caSigned?.fetching ?? null
    return fetching === null ? null : createSource(fetching)
  }

  function beginEpoch(): void {
    epoch += 1
    registryEpoch = policy.registry?.epoch
    isRegistryFresh = policy.registry?.isFresh
    sourceEpoch = source?.epoch
    accepted.clear()
  }

  function currentEpoch(): number {
    const { registry } = policy
    const isRegistryChanged =
      registry !== null &&
      (registry.epoch !== registryEpoch || registry.isFresh !== isRegistryFresh)
    if (isRegistryChanged || source?.epoch !== sourceEpoch) beginEpoch()
    return epoch
  }

  function decidePresented(presented: ReceivedCertificates, now: number): ClientCertificate {
    currentEpoch()
    const known = accepted.get(presented.thumbprint)
    if (known !== undefined && isInTime(known, now) && isConfirmed(known, presented)) {
      onVerdict?.('cache')
      return known
    }
    onVerdict?.('decision')
    const decision = decideCertificate(policy, presented, now, source ?? undefined)
    // What is to be fetched yet may change it.
    if (decision.kind === 'refused' || isWaitingForStatus(decision)) return decision
    // Under the thumbprint of the very bytes that were judged.
    accepted.delete(decision.thumbprint)
    accepted.set(decision.thumbprint, decision)
    if (accepted.size > MAX_CACHED_VERDICTS) dropOldest(accepted)
    return decision
  }

  function isWaitingForStatus(verdict: ClientCertificate): boolean {
    return source !== null && isIncomplete(verdict)
  }

  return {
    epoch: currentEpoch,
    replacePolicy(next) {
      if (!isSameFetching(policy, next)) {
        source?.close()
        source = openSource(next)
      }
      policy = next
      beginEpoch()
    },
    configured: () => [
      ...(policy.caSigned?.trustAnchors ?? []),
      ...(policy.caSigned?.intermediates ?? []),
    ],
    decide(presented, now) {
      if (presented === null)
        return certificate === 'optional'
          ? NO_CERTIFICATE
          : refuse('no_certificate', 'the client sent no certificate', null)
      try {
        return decidePresented(presented, now)
      } catch (error) {
        // What nobody expected is refused, and the log gets its cause.
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
        return refuse('verification_failed', detail, null)
      }
    },
    isWaitingForStatus,
    fetchMissing(presented, verdict, now) {
      if (source === null || presented === null) return null
      try {
        const question = findMissingStatus(policy, presented, verdict, now, source)
        // Who is let in anyway does not wait for what failed a moment ago.
        return question && source.fetchMissing(question, verdict.kind === 'refused')
      } catch {
        // Then the verdict is what it is without.
        return null
      }
    },
    listFetched: () => source?.listFetched() ?? [],
    close: () => source?.close(),
  }
}

/** What was fetched stays where the rules for it stay. */
function isSameFetching(one: CertificatePolicy, other: CertificatePolicy): boolean {
  return JSON.stringify(one.caSigned?.fetching) === JSON.stringify(other.caSigned?.fetching)
}

/** Whether this connection's handshake agrees with a verdict that was made on another one. */
function isConfirmed(known: Accepted, presented: PresentedCertificates): boolean {
  if (known.kind === 'self-signed') return true
  if (presented.missing !== undefined) return false
  return findHandshakeError(presented.handshake) === known.handshakeError
}

function dropOldest(accepted: Map<string, Accepted>): void {
  const oldest = accepted.keys().next()
  if (!oldest.done) accepted.delete(oldest.value)
}
