import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type EntryFilter,
  type RegistryStore,
  writeRegistrationLine,
} from '@mtls-edge/cert-registry'
import { Type } from 'typebox'
import { identityOf } from '../auth/authenticate.js'
import { describeActor } from '../auth/identity.js'
import type { AdminContext } from '../context.js'
import { InvalidRequestError } from '../errors.js'
import { findDomain } from '../find-domain.js'
import { importLines } from '../import-lines.js'
import { requireStore } from '../require-store.js'
import * as schemas from '../schemas/registry.js'
import { answer, problems } from '../schemas/words.js'
import { allowSlowBody } from '../slow-bodies.js'

const JSON_LINES = 'application/x-ndjson'
const CHUNK_LINES = 50

/** All entries, as lines of JSON; however many there are, only a part is in memory. */
export const registryLinesRoutes: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  context,
) => {
  // The stream itself, without a limit: the lines have one.
  app.addContentTypeParser(JSON_LINES, (_request, payload, done) => done(null, payload))

  app.post(
    '/api/v1/registry/import',
    {
      schema: {
        summary: 'Take entries in from JSON lines, as the export writes them',
        description:
          'In batches, each one whole or not at all. It ends at the first line that is wrong; what stands before it is in. An entry that is there keeps the stricter of two states.',
        tags: ['registry'],
        consumes: [JSON_LINES],
        querystring: schemas.domainQuery,
        response: { 200: answer(schemas.imported, 'how many became what'), ...problems },
      },
    },
    async (request) => {
      const { body, query } = request
      allowSlowBody(request.raw)
      if (!(body instanceof Readable)) throw new InvalidRequestError(`send ${JSON_LINES}`)
      const store = requireStore(context)
      const actor = describeActor(identityOf(request))
      const imported = await importLines(body, {
        store,
        actor,
        ...chooseDomain(context, query.domain),
      })
      request.log.info({ event: 'registry_import', actor, ...imported }, 'entries were imported')
      return imported
    },
  )

  app.get(
    '/api/v1/registry/export',
    {
      schema: {
        summary: 'All entries as JSON lines, of one domain or of all',
        tags: ['registry'],
        produces: [JSON_LINES],
        querystring: schemas.exportQuery,
        response: {
          200: { description: 'the lines', content: { [JSON_LINES]: { schema: Type.String() } } },
          ...problems,
        },
      },
    },
    async ({ query: { domain, state } }, reply) => {
      const filter = {
        ...(state === undefined ? {} : { state }),
        ...(domain === undefined
          ? {}
          : { domain: findDomain(context.configuration(), domain).customDomain }),
      }
      const lines = writeLines(requireStore(context), filter)
      return reply
        .type(JSON_LINES)
        .header('content-disposition', 'attachment; filename="registry.jsonl"')
        .send(Readable.from(lines))
    },
  )
}

/** Lines name their own domain; only those of the configuration are taken, or only the chosen one. */
function chooseDomain({ configuration }: AdminContext, name: string | undefined) {
  const inForce = configuration()
  const isOnly = inForce.domains.length === 1
  const chosen = name === undefined && !isOnly ? undefined : findDomain(inForce, name).customDomain
  return {
    domain: chosen,
    resolveDomain(written: string): string {
      const { customDomain } = findDomain(inForce, written)
      if (name === undefined || customDomain === chosen) return customDomain
      throw new InvalidRequestError(`"domain" is another one than ${chosen}, which was chosen`)
    },
  }
}

async function* writeLines(store: RegistryStore, filter: EntryFilter): AsyncGenerator<string> {
  let lines: string[] = []
  for await (const entry of store.export(filter)) {
    lines.push(`${writeRegistrationLine(entry)}\n`)
    if (lines.length < CHUNK_LINES) continue
    yield lines.join('')
    lines = []
  }
  if (lines.length > 0) yield lines.join('')
}
