import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { AdminContext } from '../context.js'
import { findDomain } from '../find-domain.js'
import { previewCertificates } from '../preview.js'
import * as schemas from '../schemas/registry.js'
import { answer, problems } from '../schemas/words.js'

/** What the edge would decide of certificates that somebody means to register. */
export const previewRoute: FastifyPluginAsyncTypebox<AdminContext> = async (app, context) => {
  app.post(
    '/api/v1/registry/preview',
    {
      schema: {
        summary: 'Decoded certificates, and the verdict on each now and once it is registered',
        tags: ['registry'],
        body: schemas.previewBody,
        response: { 200: answer(schemas.previews, 'one for each certificate'), ...problems },
      },
    },
    async ({ body, log }) => {
      const domain = findDomain(context.configuration(), body.domain)
      return {
        previews: await previewCertificates(body.pem, { domain, store: context.store, log }),
      }
    },
  )
}
