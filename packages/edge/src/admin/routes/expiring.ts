import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { whenClientGone } from '../client-gone.js'
import type { AdminContext } from '../context.js'
import { describeExpiring } from '../expiring.js'
import { listExpiringRegistrations } from '../expiring-registrations.js'
import * as schemas from '../schemas/operation.js'
import { answer, problems } from '../schemas/words.js'

const DEFAULT_LIMIT = 100

/** What ends when. */
export const expiringRoute: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  { configuration, store },
) => {
  app.get(
    '/api/v1/expiring',
    {
      schema: {
        summary: 'Which certificates end when: of servers, authorities and registered clients',
        tags: ['operation'],
        querystring: schemas.expiringQuery,
        response: {
          200: answer(schemas.expiring, 'the first ones, and how many when'),
          ...problems,
        },
      },
    },
    async ({ query: { limit = DEFAULT_LIMIT } }, reply) => {
      const options = { now: new Date(), limit, signal: whenClientGone(reply) }
      const { domains } = configuration()
      const names = domains.map(({ customDomain }) => customDomain)
      const registrations =
        store === null ? null : await listExpiringRegistrations(store, names, options)
      return describeExpiring(domains, registrations, options)
    },
  )
}
