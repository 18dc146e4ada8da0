import type { RequestListener } from 'node:http'
import type { Server } from 'node:https'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { DomainConfiguration } from '../configuration/types.js'
import { isFirstClientError, type RefusedRequest } from '../front/index.js'
import { ownCompilersOnly } from '../schema-compilers.js'
import type { Observer } from '../telemetry/observer.js'
import { createOutcome, describeRequest, type ObservedHost } from './access-log.js'
import { addressOf } from './client-address.js'
import { describeRefused } from './describe-refused.js'
import { handleError } from './error-handler.js'
import type { HostDescription } from './host-role.js'
import { createRequestId } from './request-id.js'
import { createRequestLog } from './request-log.js'

/** Who is told what happens at a host. */
export interface HostSurroundings {
  readonly log: FastifyBaseLogger
  readonly observer: Observer
}

/** Makes a host's server; `onRefused` is to be told of requests that the handler does not get. */
export type ServerFactory = (
  handler: RequestListener,
  onRefused: (refused: RefusedRequest) => void,
) => Server

/** Nobody gets it, the log does (nginx's 499). */
const CLIENT_CLOSED_REQUEST = 499

/** One year: what FAPI's conformance suite wants to see at the least. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000'

/**
 * Makes the Fastify instance of a host, with what is around every request: telling how it ended, the form of every error, and
 * HSTS where browsers come. What is decided of a request is for others to add.
 *
 * @param serverFactory makes the host's server, which never listens
 */
export function createHostInstance(
  host: HostDescription,
  domain: DomainConfiguration,
  serverFactory: ServerFactory,
  { log, observer }: HostSurroundings,
): FastifyInstance {
  const observed: ObservedHost = {
    domain: domain.customDomain,
    host: host.name,
    endpoints: new Set(domain.endpoints.map(({ path }) => path)),
  }
  const app = Fastify({
    serverFactory: (handler) =>
      serverFactory(handler, (refused) => observer.request(describeRefused(observed, refused))),
    loggerInstance: log,
    childLoggerFactory: createRequestLog,
    // The observer is told once, when a request has ended.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => createRequestId(),
    // Taken over from nobody.
    requestIdHeader: false,
    trustProxy: false,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    schemaController: ownCompilersOnly,
    // The host's server has answered; here it is only written down.
    clientErrorHandler: (error, socket) => {
      const { code = 'unknown' } = error
      const remoteAddress = addressOf(socket)
      if (code !== 'ECONNRESET' && isFirstClientError(error, socket))
        log.info({ event: 'malformed_http', code, remoteAddress }, 'malformed HTTP')
    },
    // What the router can't read never had a hook: it gets the same form of answer.
    frameworkErrors: (error, request, reply) => {
      request.outcome = createOutcome()
      reply.header('x-request-id', request.id)
      if (request.raw.httpVersionMajor < 2) reply.header('connection', 'close')
      handleError(error, request, reply)
      observer.request(describeRequest(observed, request, reply))
    },
  })
  app.setErrorHandler(handleError)
  app.decorateRequest('outcome')
  app.addHook('onRequest', (request, reply, done) => {
    request.outcome = createOutcome()
    reply.header('x-request-id', request.id)
    // Fastify's onResponse does not come where an answer breaks off; this does, once, however the request ends.
    reply.raw.once('close', () => {
      noteBrokenOff(request, reply)
      observer.request(describeRequest(observed, request, reply))
    })
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    request.outcome.answeredAt = performance.now()
    if (host.role !== 'alias' && !reply.hasHeader('strict-transport-security'))
      reply.header('strict-transport-security', STRICT_TRANSPORT_SECURITY)
    done()
  })
  return app
}

/** Where nothing else says why: an answer that did not get out whole was nobody's decision. */
function noteBrokenOff({ outcome }: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.writableFinished || outcome.reason !== null) return
  outcome.reason = reply.raw.headersSent ? 'answer_broken_off' : 'client_closed_request'
  if (!reply.raw.headersSent) reply.code(CLIENT_CLOSED_REQUEST)
}
