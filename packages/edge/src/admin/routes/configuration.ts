import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AdminContext } from '../context.js'
import { describeEffective } from '../effective-configuration.js'
import * as schemas from '../schemas/operation.js'
import { answer, problems } from '../schemas/words.js'

/** What is configured, and whether the files hold the same. */
export const configurationRoute: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  { configuration, nextStart, describeParts },
) => {
  const startedAt = new Date().toISOString()
  app.get(
    '/api/v1/configuration',
    {
      schema: {
        summary: 'The configuration in force, without secrets, and what became of later changes',
        tags: ['operation'],
        response: { 200: answer(schemas.configuration, 'what is in force'), ...problems },
      },
    },
    async () => {
      const inForce = configuration()
      const { configuration: part } = describeParts()
      return {
        file: inForce.file,
        state: part?.state === 'refused' ? 'refused' : 'ready',
        since: part?.since ?? startedAt,
        problems: part?.problems ?? [],
        warnings: inForce.warnings,
        nextStart: nextStart(),
        values: describeEffective(inForce),
      }
    },
  )
}
