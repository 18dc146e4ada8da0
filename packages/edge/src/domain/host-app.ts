import type { Server } from 'node:https'
import { isDeepStrictEqual } from 'node:util'
import { auth0Forwarder } from '@mtls-edge/auth0-forwarder'
import type { RegistryView } from '@mtls-edge/cert-registry'
import { certVerifier, type FetchedSource } from '@mtls-edge/cert-verifier'
import { MisdirectedRequestError, pathGuard } from '@mtls-edge/path-guard'
import type { FastifyBaseLogger } from 'fastify'
import type { DomainConfiguration, TlsProfile } from '../configuration/types.js'
import { createHostServer, type SessionSecrets, updateHostServer } from '../front/index.js'
import { createHostMemory } from '../resumption/host-memory.js'
import type { ResumptionLink } from '../resumption/link.js'
import type { Observer } from '../telemetry/observer.js'
import type { Tracing } from '../telemetry/tracing/tracing.js'
import { type Counting, createBoundingHooks } from './bounding.js'
import { MethodNotSupportedError } from './errors.js'
import { createHandler } from './handler.js'
import { describeFixed, isSame } from './host-change.js'
import { createHostInstance } from './host-instance.js'
import {
  describeForwarder,
  describeGuard,
  describeHostServer,
  describeVerifier,
} from './host-options.js'
import type { HostDescription } from './host-role.js'
import { logHttp2Refusal } from './http2-log.js'
import { type Bounds, describeServerLimits } from './limits.js'
import { observeVerifier } from './verifier-observer.js'

/** What all hosts share. */
export interface HostAppContext extends Counting {
  readonly tlsProfile: TlsProfile
  readonly bounds: Bounds
  readonly registry: RegistryView | null
  readonly log: FastifyBaseLogger
  /** Is told how each request ended. */
  readonly observer: Observer
  /** Where chains are asked for that sessions began with. */
  readonly link: ResumptionLink
  /** `null`: nothing is traced. */
  readonly tracing: Tracing | null
}

/** A host that is ready to be given connections. */
export interface HostApp {
  readonly name: string
  readonly server: Server
  /** Whether {@link HostApp.update} can bring it there; else it must be built anew. */
  canBecome(host: HostDescription, domain: DomainConfiguration, bounds: Bounds): boolean
  /**
   * Takes another configuration over while connections are open: certificates, anchors, everything that a verdict rests on,
   * the API key.
   *
   * @param sessions `null`: nothing resumes
   * @returns what takes it back
   * @throws where it can't be taken over; nothing is changed then
   */
  update(
    domain: DomainConfiguration,
    tlsProfile: TlsProfile,
    sessions: SessionSecrets | null,
  ): () => void
  /** Makes sessions from before worthless. A host where nothing resumes goes on as it is. */
  renewSessions(sessions: SessionSecrets): void
  /**
   * For a host that another one replaces: what is decided of certificates by the new configuration holds on its open
   * connections too. The API key goes along where the target stays.
   *
   * @returns what takes it back
   */
  follow(domain: DomainConfiguration): () => void
  /** For a host that is gone: its open connections get 421 at their next request. Returns what takes it back. */
  withdraw(): () => void
  /** Where its verifier fetches revocation information from. */
  listFetched(): readonly FetchedSource[]
  /** Frees what the host holds, its connections to Auth0 among them. Its own connections must be closed before. */
  close(): Promise<void>
}

/**
 * Builds everything that answers for one host: a Fastify instance of its own, on a TLS server of its own, with its own
 * policy, key and connections to Auth0. Hosts share no route and no state, so a request can't come from one to another:
 * which one it belongs to was decided by its connection.
 */
export async function createHostApp(
  host: HostDescription,
  domain: DomainConfiguration,
  firstSessions: SessionSecrets | null,
  context: HostAppContext,
): Promise<HostApp> {
  const { registry, observer, bounds, tracing } = context
  let current = domain
  let sessions = firstSessions
  let tlsProfile = context.tlsProfile
  let apiKey = domain.auth0.cnameApiKey
  let isWithdrawn = false
  const log = context.log.child({ domain: domain.customDomain, host: host.name })
  const app = createHostInstance(
    host,
    domain,
    (handler, onRequestRefused) => {
      const options = describeHostServer(host, domain, tlsProfile, sessions)
      const limits = describeServerLimits(bounds.limits)
      const onHttp2Refused = logHttp2Refusal(log)
      return createHostServer({ ...options, limits, onHttp2Refused, onRequestRefused }, handler)
    },
    { log, observer },
  )
  function confirmHost(): void {
    if (isWithdrawn) throw new MisdirectedRequestError()
  }
  app.addHook('onRequest', (_request, _reply, done) => {
    confirmHost()
    done()
  })

  await tracing?.register(app)
  // The order is the order of decisions: does its address ask too much, is it a request of ours, whose is it, does its
  // certificate ask too much, then on to Auth0.
  const bounding = await createBoundingHooks(app, bounds, context)
  for (const hook of bounding.byAddress) app.addHook('onRequest', hook)
  await app.register(pathGuard, describeGuard(host, domain))
  const chainMemory = createHostMemory(host.name, context.link, sessions !== null)
  if (host.role !== 'public')
    await app.register(certVerifier, {
      ...describeVerifier(domain, registry),
      certificate: host.role === 'shared' ? 'optional' : 'required',
      chainMemory,
      observer: observeVerifier(domain.customDomain, observer),
    })
  for (const hook of bounding.byCertificate) app.addHook('onRequest', hook)
  await app.register(auth0Forwarder, {
    ...describeForwarder(domain, () => apiKey.reveal()),
    maxBodyBytes: bounds.limits.bodyBytes,
  })
  app.all('/*', createHandler(host.role, domain, { tracing, confirmHost }))
  // RFC 9110 section 15.5.6: a 405 says what is allowed.
  const allow = app.supportedMethods.join(', ')
  app.setNotFoundHandler((_request, reply) => {
    reply.header('allow', allow)
    throw new MethodNotSupportedError()
  })
  await app.ready()
  const server = app.server as Server

  function decideBy(next: DomainConfiguration): void {
    if (host.role !== 'public') app.certVerifier.replaceOptions(describeVerifier(next, registry))
  }

  /** Only where it changes: without session secrets, every change makes new ones. */
  function changeTls(
    next: DomainConfiguration,
    profile: TlsProfile,
    secrets: SessionSecrets | null,
  ): void {
    const tls = describeHostServer(host, next, profile, secrets)
    if (isSame(tls, describeHostServer(host, current, tlsProfile, sessions))) return
    updateHostServer(server, tls)
    if (!isDeepStrictEqual(secrets, sessions)) chainMemory.turn(secrets !== null)
    sessions = secrets
  }

  function update(
    next: DomainConfiguration,
    profile: TlsProfile,
    secrets: SessionSecrets | null,
  ): () => void {
    const [before, beforeProfile, beforeSecrets] = [current, tlsProfile, sessions]
    decideBy(next)
    try {
      changeTls(next, profile, secrets)
    } catch (error) {
      decideBy(before)
      throw error
    }
    current = next
    tlsProfile = profile
    apiKey = next.auth0.cnameApiKey
    return () => void update(before, beforeProfile, beforeSecrets)
  }

  return {
    name: host.name,
    server,
    canBecome: (nextHost, next, nextBounds) =>
      isSame(nextBounds, bounds) &&
      isSame(describeFixed(nextHost, next), describeFixed(host, current)),
    update,
    renewSessions(secrets) {
      if (sessions !== null) changeTls(current, tlsProfile, secrets)
    },
    follow(next) {
      const [before, keyBefore] = [current, apiKey]
      decideBy(next)
      current = next
      if (next.auth0.forwardingTarget === domain.auth0.forwardingTarget)
        apiKey = next.auth0.cnameApiKey
      return () => {
        decideBy(before)
        current = before
        apiKey = keyBefore
      }
    },
    withdraw() {
      isWithdrawn = true
      return () => {
        isWithdrawn = false
      }
    },
    listFetched: () => (host.role === 'public' ? [] : app.certVerifier.listFetched()),
    close: () => app.close(),
  }
}
