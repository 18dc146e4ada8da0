import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** Describes every route that is registered after this one. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'mtls-edge: the admin API',
        description:
          'What an operator sees and does. Every path but the login wants a token or the session of a login; a session also wants `X-Mtls-Edge-Csrf: 1` with everything that changes something.',
        version,
      },
      tags: [
        { name: 'session', description: 'logging in on the page' },
        { name: 'overview', description: 'domains and health' },
        { name: 'registry', description: 'which certificates are registered or denied' },
        { name: 'operation', description: 'what is going on, what expires, what is configured' },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'mtls-edge-session' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
  })
}
