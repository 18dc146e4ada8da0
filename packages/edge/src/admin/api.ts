import fastifyCookie from '@fastify/cookie'
import type { FastifyPluginAsync } from 'fastify'
import { createAttempts } from './auth/attempts.js'
import { createAuthentication } from './auth/authenticate.js'
import { createSessionCookie } from './auth/session-cookie.js'
import type { Sessions } from './auth/sessions.js'
import type { AdminToken } from './auth/token.js'
import { checkSchemas } from './compilers.js'
import type { Peer } from './connection-places.js'
import type { AdminContext } from './context.js'
import { describeApi } from './openapi.js'
import { activityRoute } from './routes/activity.js'
import { configurationRoute } from './routes/configuration.js'
import { expiringRoute } from './routes/expiring.js'
import { overviewRoutes } from './routes/overview.js'
import { previewRoute } from './routes/preview.js'
import { registryAddingRoute } from './routes/registry-adding.js'
import { registryChangingRoutes } from './routes/registry-changing.js'
import { registryLinesRoutes } from './routes/registry-lines.js'
import { registryReadingRoutes } from './routes/registry-reading.js'
import { revocationRoute } from './routes/revocation.js'
import { sessionRoutes } from './routes/session.js'

export interface ApiOptions {
  readonly context: AdminContext
  readonly token: AdminToken
  readonly sessions: Sessions
  readonly isSecure: boolean
  /** Called where a request shows who makes it. */
  readonly onKnown: (peer: Peer) => void
  readonly version: string
}

/** The API: whatever is registered here wants a token or a session, but for what says that it is open. */
export const adminApi: FastifyPluginAsync<ApiOptions> = async (app, options) => {
  const { context, token, sessions, isSecure, version, onKnown } = options
  checkSchemas(app)
  await app.register(fastifyCookie)
  const attempts = await createAttempts(app)
  const authentication = { token, sessions, attempts, cookie: createSessionCookie(isSecure) }
  app.decorateRequest('identity', null)
  app.addHook('onRequest', createAuthentication(authentication))
  app.addHook('onRequest', async ({ identity, socket }) => {
    if (identity !== null) onKnown(socket)
  })
  await describeApi(app, version)
  await app.register(sessionRoutes, authentication)
  await app.register(overviewRoutes, context)
  await app.register(registryReadingRoutes, context)
  await app.register(previewRoute, context)
  await app.register(registryAddingRoute, context)
  await app.register(registryChangingRoutes, context)
  await app.register(registryLinesRoutes, context)
  await app.register(activityRoute, context)
  await app.register(expiringRoute, context)
  await app.register(revocationRoute, context)
  await app.register(configurationRoute, context)
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
