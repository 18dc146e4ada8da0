import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AdminContext } from '../context.js'
import { describeRevocation } from '../revocation.js'
import * as schemas from '../schemas/operation.js'
import { answer, problems } from '../schemas/words.js'

/** Where revocation information comes from. */
export const revocationRoute: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  { configuration, listFetched },
) => {
  app.get(
    '/api/v1/revocation',
    {
      schema: {
        summary: 'CRLs and OCSP responders, the age of what they said, and what fails',
        description: 'What was fetched is of all workers, and some seconds old.',
        tags: ['operation'],
        response: { 200: answer(schemas.revocation, 'by domain'), ...problems },
      },
    },
    async () => {
      const now = new Date()
      const fetched = listFetched()
      const domains = configuration().domains.map((each) => describeRevocation(each, fetched, now))
      return { at: now.toISOString(), domains }
    },
  )
}
