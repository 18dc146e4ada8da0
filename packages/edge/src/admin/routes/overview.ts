import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { summarize } from '../../service/parts.js'
import type { AdminContext } from '../context.js'
import * as healthSchemas from '../schemas/health.js'
import * as registrySchemas from '../schemas/registry.js'
import { answer, problems } from '../schemas/words.js'

/** What there is: the domains, and how the parts of the edge are. */
export const overviewRoutes: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  { configuration, store, describeParts },
) => {
  app.get(
    '/api/v1/domains',
    {
      schema: {
        summary: 'The domains, and whether there is a registry',
        tags: ['overview'],
        response: { 200: answer(registrySchemas.domains, 'the domains'), ...problems },
      },
    },
    async () => ({
      registry: store !== null,
      domains: configuration().domains.map(({ customDomain, mtlsDomain, clientCertificates }) => ({
        customDomain,
        mtlsDomain,
        selfSigned: clientCertificates.selfSigned,
        caSigned: clientCertificates.caSigned !== null,
        requireRegistration: clientCertificates.caSigned?.requireRegistration ?? false,
      })),
    }),
  )

  app.get(
    '/api/v1/health',
    {
      schema: {
        summary: 'The parts of the edge, as /readyz has them',
        tags: ['overview'],
        response: { 200: answer(healthSchemas.health, 'the parts'), ...problems },
      },
    },
    async () => {
      const parts = describeParts()
      return { status: summarize(parts), parts }
    },
  )
}
