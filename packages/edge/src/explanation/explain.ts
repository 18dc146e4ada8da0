import type { RegistryView } from '@mtls-edge/cert-registry'
import {
  decideAfterFetching,
  type FetchLog,
  type PresentedCertificates,
  resolveOptions,
} from '@mtls-edge/cert-verifier'
import type { DomainConfiguration } from '../configuration/index.js'
import { describeVerifier } from '../domain/host-options.js'
import { describeExplanation, type Explanation } from './explanation.js'

export interface ExplainInput {
  readonly domain: DomainConfiguration
  readonly presented: PresentedCertificates
  readonly registry: RegistryView | null
  readonly at: Date
  /** Where failures to fetch revocation information are told. */
  readonly log: FetchLog
}

/**
 * Decides of a certificate by the very code that decides on connections, and puts it into words.
 *
 * Where the configuration says so, it fetches revocation information as the edge would for a first connection. It knows
 * nothing of the handshake: whether the client holds the key is not asked.
 */
export async function explain(input: ExplainInput): Promise<Explanation> {
  const { domain, presented, registry, at, log } = input
  const { policy } = resolveOptions(describeVerifier(domain, registry))
  const decision = await decideAfterFetching(policy, presented, at.getTime(), log)
  return describeExplanation({ decision, policy, domain, registry, at })
}
