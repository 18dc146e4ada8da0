import { randomUUID } from 'node:crypto'
import type { Server } from 'node:https'
import { auth0Forwarder } from '@mtls-edge/auth0-forwarder'
import type { RegistryView } from '@mtls-edge/cert-registry'
import { certVerifier } from '@mtls-edge/cert-verifier'
import { pathGuard } from '@mtls-edge/path-guard'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { DomainConfiguration, TlsProfile } from '../configuration/types.js'
import { createHostServer } from '../front/index.js'
import { createOutcome, describeRequest } from './access-log.js'
import { handleError } from './error-handler.js'
import { MethodNotSupportedError } from './errors.js'
import { createHandler } from './handler.js'
import {
  describeForwarder,
  describeGuard,
  describeHostServer,
  describeVerifier,
} from './host-options.js'
import type { HostDescription } from './host-role.js'

/** One year: what FAPI's conformance suite wants to see at the least. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000'

/** What all hosts share. */
export interface HostAppContext {
  readonly tlsProfile: TlsProfile
  readonly registry: RegistryView | null
  readonly log: FastifyBaseLogger
}

/** A host that is ready to be given connections. */
export interface HostApp {
  readonly name: string
  readonly server: Server
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
  context: HostAppContext,
): Promise<HostApp> {
  const log = context.log.child({ domain: domain.customDomain, host: host.name })
  const app = Fastify({
    serverFactory: (handler) =>
      createHostServer(describeHostServer(host, domain, context.tlsProfile), handler),
    loggerInstance: log,
    // One line of our own a request, when it has ended.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // Taken over from nobody.
    requestIdHeader: false,
    trustProxy: false,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // The host's server has answered; here it is only written down.
    clientErrorHandler: ({ code = 'unknown' }) => {
      if (code !== 'ECONNRESET') log.info({ event: 'malformed_http', code }, 'malformed HTTP')
    },
    // What the router can't read never had a hook: it gets the same form of answer.
    frameworkErrors: (error, request, reply) => {
      request.outcome = createOutcome()
      reply.header('connection', 'close')
      handleError(error, request, reply)
      log.info(describeRequest(request, reply), 'request')
    },
  })
  app.setErrorHandler(handleError)
  app.decorateRequest('outcome')
  app.addHook('onRequest', (request, _reply, done) => {
    request.outcome = createOutcome()
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    log.info(describeRequest(request, reply), 'request')
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    request.outcome.answeredAt = performance.now()
    if (host.role !== 'alias' && !reply.hasHeader('strict-transport-security'))
      reply.header('strict-transport-security', STRICT_TRANSPORT_SECURITY)
    done()
  })

  // The order is the order of decisions: is it a request of ours, whose is it, then on to Auth0.
  await app.register(pathGuard, describeGuard(host, domain))
  if (host.role !== 'public')
    await app.register(certVerifier, describeVerifier(host, domain, context.registry))
  await app.register(auth0Forwarder, describeForwarder(domain))
  app.all('/*', createHandler(host.role, domain))
  app.setNotFoundHandler(() => {
    throw new MethodNotSupportedError()
  })
  await app.ready()
  return { name: host.name, server: app.server as Server, close: () => app.close() }
}
