import type { RequestListener, Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import Fastify, { LogController } from 'fastify'
import type { AdminConfiguration } from '../configuration/index.js'
import { giveOneAnswer } from '../front/requests/one-answer.js'
import { ownCompilersOnly } from '../schema-compilers.js'
import { rememberMethods } from '../service/allowed-methods.js'
import { answerError } from './answer-error.js'
import { adminApi } from './api.js'
import { createSessions } from './auth/sessions.js'
import { createAdminToken } from './auth/token.js'
import { createConnectionPlaces } from './connection-places.js'
import type { AdminContext } from './context.js'
import { MethodNotAllowedError, NotThereError, UnknownHostError } from './errors.js'
import { createHostCheck } from './host-header.js'
import { pageFiles } from './page-files.js'
import { SECURITY_HEADERS, setSecurityHeaders } from './security-headers.js'
import { boundBodies } from './slow-bodies.js'

// An import of node:http would read all that it exports, and with its WebSocket load all of undici: 20 ms and 8 MB.
const { createServer } = process.getBuiltinModule('node:http')

export interface AdminServer {
  readonly port: number
  /** Takes over the token and the certificate; sessions end with the token that they began with. */
  update(configuration: AdminConfiguration | null): void
  close(): Promise<void>
}

/** The largest body; what is imported is streamed, and so has no limit but a line's. */
const BODY_LIMIT = 1_048_576
/** Milliseconds: whoever sends slowly does not hold a connection for long. */
const HEADERS_TIMEOUT = 10_000
/** Long enough for the import of a million entries. All other bodies have less: see `boundBodies`. */
const REQUEST_TIMEOUT = 3_600_000
/** More than people and programs of one edge open; those of one address have a bound of their own. */
const MAX_CONNECTIONS = 256

/**
 * Starts the admin listener: the page and the API behind it, on a socket of their own and for nobody without the token.
 *
 * @throws where the address can't be listened on
 */
export async function startAdminServer(
  configuration: AdminConfiguration,
  context: AdminContext,
  version: string,
): Promise<AdminServer> {
  const { host, port, tls } = configuration
  const log = context.log.child({ listener: 'admin' })
  const token = createAdminToken(configuration.token)
  const sessions = createSessions()
  const isHost = createHostCheck(configuration)
  const server = createListener(tls)
  const places = createConnectionPlaces()
  const app = Fastify({
    serverFactory: server.factory,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    schemaController: ownCompilersOnly,
    bodyLimit: BODY_LIMIT,
    trustProxy: false,
    clientErrorHandler() {},
    // What the router can't read never had a hook.
    frameworkErrors: (error, request, reply) => {
      reply.headers(SECURITY_HEADERS)
      answerError(error, request, reply)
    },
  })
  giveOneAnswer(app.server)
  app.setErrorHandler(answerError)
  const allowedMethods = rememberMethods(app)
  app.setNotFoundHandler(({ url }, reply) => {
    const methods = allowedMethods(url)
    if (methods.length === 0) throw new NotThereError('there is nothing at this path')
    reply.header('allow', methods.join(', '))
    throw new MethodNotAllowedError()
  })
  app.addHook('onRequest', boundBodies())
  app.addHook('onRequest', setSecurityHeaders)
  app.addHook('onRequest', async ({ headers }) => {
    if (!isHost(headers.host)) throw new UnknownHostError()
  })
  await app.register(adminApi, {
    context: { ...context, log },
    token,
    sessions,
    version,
    isSecure: tls !== null,
    onKnown: places.keep,
  })
  await app.register(pageFiles)
  app.server.maxConnections = MAX_CONNECTIONS
  app.server.on('connection', places.take)
  const url = await app.listen({ host, port })
  return {
    port: Number(new URL(url).port),
    update(next) {
      // One that was taken out of the file goes on until the next start, which the log says.
      if (next === null) return
      if (token.replace(next.token)) sessions.endAll()
      if (next.tls !== null) server.replaceCertificate(next.tls)
    },
    close: () => app.close(),
  }
}

type Tls = NonNullable<AdminConfiguration['tls']>

interface Listener {
  readonly factory: (handler: RequestListener) => Server
  /** Does nothing where there is no TLS. */
  readonly replaceCertificate: (tls: Tls) => void
}

function createListener(tls: AdminConfiguration['tls']): Listener {
  const limits = { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT }
  if (tls === null) {
    return { factory: (handler) => createServer(limits, handler), replaceCertificate: () => {} }
  }
  const contextOf = ({ certificate, key }: Tls) => ({
    cert: certificate,
    key: key.reveal(),
    minVersion: 'TLSv1.2' as const,
  })
  const server = createTlsServer({ ...limits, ...contextOf(tls) })
  return {
    factory: (handler) => server.on('request', handler),
    replaceCertificate: (next) => server.setSecureContext(contextOf(next)),
  }
}
