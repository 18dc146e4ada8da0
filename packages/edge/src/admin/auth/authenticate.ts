import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { CrossSiteError, UnauthorizedError } from '../errors.js'
import type { Attempts } from './attempts.js'
import { hasCsrfHeader, isFromElsewhere, isSafe } from './cross-site.js'
import { type Identity, readActorHeader } from './identity.js'
import type { SessionCookie } from './session-cookie.js'
import type { Sessions } from './sessions.js'
import type { AdminToken } from './token.js'

export interface AuthenticationOptions {
  readonly token: AdminToken
  readonly sessions: Sessions
  readonly attempts: Attempts
  readonly cookie: SessionCookie
}

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i

/**
 * The hook before every route of the API: who is it, and did they mean to send this? Routes whose `config` has `isOpen`
 * want nobody in particular; all others are closed.
 */
export function createAuthentication(options: AuthenticationOptions): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (isFromElsewhere(request)) throw new CrossSiteError()
    const { isOpen = false } = request.routeOptions.config
    const byToken = request.headers.authorization !== undefined
    if (!byToken && !isSafe(request) && !hasCsrfHeader(request)) throw new CrossSiteError()
    if (isOpen) return
    request.identity = byToken
      ? await readBearer(request, reply, options)
      : readSession(request, options)
  }
}

async function readBearer(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, attempts }: AuthenticationOptions,
): Promise<Identity> {
  const [, text] = BEARER.exec(request.headers.authorization ?? '') ?? []
  const isRight = text !== undefined && token.isSame(text)
  if (!(await attempts.judge(request, reply, isRight))) {
    request.log.warn(
      { event: 'admin_refused', remoteAddress: request.ip },
      'a wrong token for the admin API',
    )
    reply.header('www-authenticate', 'Bearer')
    throw new UnauthorizedError()
  }
  const actor = readActorHeader(request.headers['x-mtls-edge-actor'])
  return { by: 'token', actor, expiresAt: null }
}

function readSession(
  request: FastifyRequest,
  { sessions, cookie }: AuthenticationOptions,
): Identity {
  const id = cookie.read(request)
  const session = id === null ? null : sessions.find(id)
  if (session === null) throw new UnauthorizedError()
  return { by: 'session', ...session }
}

/** Who makes the request. @throws FST_EDGE_ADMIN_UNAUTHORIZED where nobody was asked: a route that is open by mistake */
export function identityOf({ identity }: FastifyRequest): Identity {
  if (identity === null) throw new UnauthorizedError()
  return identity
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who uses the admin API; `null` before its hook ran, and on open routes. */
    identity: Identity | null
  }
  interface FastifyContextConfig {
    /** Whether the route of the admin API wants neither token nor session. Default: no. */
    readonly isOpen?: boolean
  }
}
