import { addressesOf, type FetchKind } from '@mtls-edge/cert-verifier'
import type { DomainConfiguration, EdgeConfiguration } from '../configuration/index.js'

/** What the edge would fetch for a domain: from where is known of the configured certificates alone. */
export interface FetchingFacts {
  readonly domain: string
  /** In this order. */
  readonly fetch: readonly FetchKind[]
  readonly fetchAllowHosts: readonly string[]
  /** The addresses in the configured authorities' certificates; those of clients come with the clients. */
  readonly addresses: readonly string[]
}

/** Says what would be fetched; domains that fetch nothing are left out. */
export function describeFetching(configuration: EdgeConfiguration): readonly FetchingFacts[] {
  return configuration.domains.flatMap(describeDomain)
}

function describeDomain(domain: DomainConfiguration): readonly FetchingFacts[] {
  const { caSigned } = domain.clientCertificates
  if (caSigned === null) return []
  const { mode, fetch, fetchAllowHosts } = caSigned.revocation
  if (mode === 'off' || fetch.length === 0) return []
  // Nobody asks whether an anchor is revoked.
  const found = caSigned.intermediates.flatMap((certificate) => addressesOf(certificate, fetch))
  const addresses = [...new Set(found)]
  return [{ domain: domain.customDomain, fetch, fetchAllowHosts, addresses }]
}

const WORDS: Readonly<Record<FetchKind, string>> = { crl: 'CRLs', ocsp: 'OCSP answers' }

/** Writes it for people, one line a domain. */
export function writeFetching(facts: FetchingFacts): string {
  const { domain, fetch, fetchAllowHosts, addresses } = facts
  const what = fetch.map((kind) => WORDS[kind]).join(', then ')
  const from = addresses.length === 0 ? '' : `, among them ${addresses.join(', ')}`
  const where =
    fetchAllowHosts.length === 0
      ? 'public addresses only'
      : `public addresses only, but for ${fetchAllowHosts.join(', ')}`
  return `${domain}: fetches ${what} from the addresses in verified certificates${from} (${where})`
}
