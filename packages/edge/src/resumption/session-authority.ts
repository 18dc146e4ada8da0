import type { PresentedChain } from '@mtls-edge/cert-verifier'
import type { FastifyBaseLogger } from 'fastify'
import type { EdgeConfiguration } from '../configuration/types.js'
import { isSame } from '../domain/host-change.js'
import { hostsOf } from '../domain/host-role.js'
import { describeTrust } from '../domain/host-trust.js'
import { createSessionSecrets, type SessionSecrets } from '../front/tls/session-secrets.js'
import { type Arrivals, createArrivals } from './arrivals.js'
import { type ChainStore, createChainStore } from './chain-store.js'
import type { ResumptionLink, SecretsByHost } from './link.js'

/** How long secrets are in force, in milliseconds: whoever steals them reads no more of TLS 1.2 than that. */
const ROTATION = 43_200_000

/** Sessions that can't be judged make new secrets at most so often, in milliseconds. */
const SHORTEST_LIFE = 10_000

/** The keeper of session secrets and of what full handshakes brought: one for all processes of an edge. */
export interface SessionAuthority extends ResumptionLink {
  /** What is to be in force now. */
  readonly secrets: SecretsByHost
  /**
   * Makes the secrets for another configuration, those of before where everything that sessions rest on stays, else new ones,
   * and lets it be put in force.
   *
   * @throws what `apply` throws; then sessions of before and of the new configuration are both worth nothing
   */
  adopt(
    configuration: EdgeConfiguration,
    apply: (secrets: SecretsByHost) => Promise<void>,
  ): Promise<void>
  /** Makes new secrets for a host. */
  renew(host: string, cause: RenewalCause): void
  close(): void
}

/** Why sessions from before are worth nothing. */
export type RenewalCause = 'rotation' | 'store_full' | 'session_unknown' | 'configuration_refused'

export interface SessionAuthorityOptions {
  readonly configuration: EdgeConfiguration
  readonly log: FastifyBaseLogger
  /** Gets what was made without a new configuration, to be put in force everywhere. */
  readonly onRenewal: (secrets: SecretsByHost) => void
  /** How long a chain that is not known may still be on its way from another process, in milliseconds. */
  readonly patience: number
  /** How long secrets are in force, in milliseconds. Default: 12 hours. */
  readonly rotation?: number
}

interface HostState {
  readonly trust: object
  secrets: SessionSecrets
  renewedAt: number
  readonly chains: ChainStore
  readonly arrivals: Arrivals<PresentedChain>
}

/** Begins with the configuration that the edge starts with. */
export function createSessionAuthority(options: SessionAuthorityOptions): SessionAuthority {
  const { log, onRenewal, patience, rotation = ROTATION } = options
  let hosts = describeHosts(options.configuration, new Map())
  /** Until all processes have changed over, sessions go on in some that resume no more in others. */
  let hostsBefore = hosts
  const timer = setInterval(() => {
    for (const host of hosts.keys()) renew(host, 'rotation')
  }, rotation)
  timer.unref()

  function renew(host: string, cause: RenewalCause): void {
    const state = hosts.get(host)
    if (state === undefined) return
    const now = performance.now()
    // Or a client with a session that can't be judged would make everybody's worthless all the time.
    if (cause === 'session_unknown' && now - state.renewedAt < SHORTEST_LIFE) return
    state.secrets = createSessionSecrets()
    state.renewedAt = now
    state.chains.turn()
    log.info({ event: 'session_secrets_renewed', host, cause }, RENEWED)
    onRenewal(new Map([[host, state.secrets]]))
  }

  function readSecrets(): SecretsByHost {
    return new Map([...hosts].map(([host, { secrets }]) => [host, secrets]))
  }

  return {
    get secrets() {
      return readSecrets()
    },
    async adopt(next, apply) {
      const before = hosts
      hostsBefore = before
      hosts = describeHosts(next, before)
      try {
        await apply(readSecrets())
      } catch (error) {
        const changed = [...before].filter(([host, state]) => hosts.get(host) !== state)
        hosts = before
        // Sessions that the refused configuration let in are not to be those of the old one.
        for (const [host] of changed) renew(host, 'configuration_refused')
        throw error
      }
    },
    renew,
    remember(host, thumbprint, chain) {
      const state = hosts.get(host)
      if (state === undefined) return
      if (state.chains.add(thumbprint, chain) === 'full') {
        renew(host, 'store_full')
        state.chains.add(thumbprint, chain)
      }
      state.arrivals.arrive(thumbprint, state.chains.find(thumbprint))
    },
    async recall(host, thumbprint) {
      const state = hosts.get(host) ?? hostsBefore.get(host)
      if (state === undefined) return null
      const known = state.chains.find(thumbprint)
      return known ?? (patience > 0 ? state.arrivals.wait(thumbprint, patience) : null)
    },
    reportUnknown: (host) => renew(host, 'session_unknown'),
    close: () => clearInterval(timer),
  }
}

function describeHosts(
  { domains, tlsProfile }: EdgeConfiguration,
  before: ReadonlyMap<string, HostState>,
): ReadonlyMap<string, HostState> {
  const hosts = new Map<string, HostState>()
  for (const domain of domains) {
    if (domain.resumption === 'off') continue
    for (const host of hostsOf(domain)) {
      const old = before.get(host.name)
      const trust = describeTrust(host, domain, tlsProfile)
      hosts.set(
        host.name,
        old !== undefined && isSame(old.trust, trust) ? old : createState(trust, old),
      )
    }
  }
  return hosts
}

/** With the chains of before: sessions from before may still be resumed by processes that have not changed over yet. */
function createState(trust: object, before: HostState | undefined): HostState {
  before?.chains.turn()
  return {
    trust,
    secrets: createSessionSecrets(),
    renewedAt: Number.NEGATIVE_INFINITY,
    chains: before?.chains ?? createChainStore(),
    arrivals: before?.arrivals ?? createArrivals(),
  }
}

const RENEWED = 'TLS sessions from before resume no more'
