import type { AddressInfo } from 'node:net'
import { type PathGuardOptions, pathGuard } from '@mtls-edge/path-guard'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Test } from 'tap'

/** The host of every service here, and the Host field that names it. */
export const HOST = 'mtls.auth.example.com'
export const HOST_FIELD = `Host: ${HOST}\r\n`

/** A service behind the guard that tells which requests got past it. */
export interface GuardedService {
  readonly app: FastifyInstance
  readonly port: number
  /** Method and target of every request that a handler saw, the not-found handler included. */
  readonly reached: string[]
}

/** What a test chooses of the service. */
export interface ServiceChoice {
  readonly guard?: Partial<PathGuardOptions>
  /**
   * Lets Node's parser pass what it can (it reads the property with each connection), to show what
   * the guard refuses by itself.
   */
  readonly lenientParser?: boolean
}

/**
 * Starts a service on plain TCP whose handlers answer every path and method. Node's own check of
 * the Host field is off, so that the guard's is seen.
 */
export async function startGuardedService(
  t: Test,
  { guard, lenientParser = false }: ServiceChoice = {},
): Promise<GuardedService> {
  const app = Fastify({ http: { requireHostHeader: false } })
  const reached: string[] = []
  await app.register(pathGuard, { hosts: [HOST], ...guard })
  addHandlers(app, reached)
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  if (lenientParser) Object.assign(app.server, { insecureHTTPParser: true })
  return { app, port: portOf(app), reached }
}

/** Adds handlers for every path and method, and for what no route matches. */
export function addHandlers(app: FastifyInstance, reached: string[]): void {
  const handler = async (request: FastifyRequest): Promise<object> => {
    reached.push(`${request.raw.method} ${request.raw.url}`)
    return { allowedEndpoint: request.allowedEndpoint }
  }
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.post('/oauth/token', handler)
  app.all('/*', handler)
  app.setNotFoundHandler(handler)
}

/** The port that a service listens on. */
export function portOf(app: FastifyInstance): number {
  const address: AddressInfo | string | null = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('not on a TCP port')
  return address.port
}

/** A POST without a body to this target, as bytes. */
export function post(target: string): string {
  return `POST ${target} HTTP/1.1\r\n${HOST_FIELD}Content-Length: 0\r\n\r\n`
}
