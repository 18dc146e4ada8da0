import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AdminContext } from '../context.js'
import { activity } from '../schemas/activity.js'
import { answer, problems } from '../schemas/words.js'

/** What is going on now. */
export const activityRoute: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  { describeActivity },
) => {
  app.get(
    '/api/v1/activity',
    {
      schema: {
        summary: 'Verdicts, refusals and latencies of the last hour, connections and workers',
        description: 'Over all workers; at most two seconds old.',
        tags: ['operation'],
        response: { 200: answer(activity, 'what is going on'), ...problems },
      },
    },
    async () => describeActivity(),
  )
}
