import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type AuthenticationOptions, identityOf } from '../auth/authenticate.js'
import { type Identity, readActorName } from '../auth/identity.js'
import { UnauthorizedError } from '../errors.js'
import * as schemas from '../schemas/session.js'
import { answer, problems } from '../schemas/words.js'

/** Logging in on the page, which keeps the token from every script: the browser holds a cookie that none can read. */
export const sessionRoutes: FastifyPluginAsyncTypebox<AuthenticationOptions> = async (
  app,
  { token, sessions, attempts, cookie },
) => {
  const response = { 200: answer(schemas.identity, 'who that is'), ...problems }

  app.post(
    '/api/session',
    {
      config: { isOpen: true },
      schema: { summary: 'Log in', tags: ['session'], body: schemas.login, response },
    },
    async (request, reply) => {
      const actor = readActorName(request.body.actor)
      const where = { remoteAddress: request.ip, actor }
      const isRight = token.isSame(request.body.token)
      if (!(await attempts.judge(request, reply, isRight))) {
        request.log.warn({ event: 'admin_refused', ...where }, 'a wrong token at the admin page')
        throw new UnauthorizedError()
      }
      const { id, session } = sessions.begin(actor)
      cookie.set(reply, id, session.expiresAt)
      request.log.info({ event: 'admin_login', ...where }, 'somebody logged in to the admin page')
      return describe({ by: 'session', ...session })
    },
  )

  app.get(
    '/api/session',
    { schema: { summary: 'Who am I', tags: ['session'], response } },
    async (request) => describe(identityOf(request)),
  )

  app.delete(
    '/api/session',
    {
      schema: {
        summary: 'Log out',
        tags: ['session'],
        response: { 204: answer(Type.Null(), 'the session is over'), ...problems },
      },
    },
    async (request, reply) => {
      const id = cookie.read(request)
      if (id !== null) sessions.end(id)
      cookie.clear(reply)
      return reply.code(204).send()
    },
  )
}

const describe = ({ by, actor, expiresAt }: Identity) => ({
  by,
  actor,
  expiresAt: expiresAt?.toISOString() ?? null,
})
