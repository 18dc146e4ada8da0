import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { describeEntry, describeTrailLine } from '../../registry/entry.js'
import { whenClientGone } from '../client-gone.js'
import type { AdminContext } from '../context.js'
import { NotThereError } from '../errors.js'
import { findDomain } from '../find-domain.js'
import { readThumbprint } from '../read-thumbprint.js'
import { requireStore } from '../require-store.js'
import * as schemas from '../schemas/registry.js'
import { answer, problems } from '../schemas/words.js'

const DEFAULT_LIMIT = 50
/** A page ends after so many, whatever is asked for: a thousand entries with the longest notes are 6 MB to write in one go. */
const MOST_ENTRIES = 200
/** Lines of the trail that come with an entry; more are a request of their own. */
const TRAIL_LINES = 200
const tags = ['registry']

/** What is in the registry. */
export const registryReadingRoutes: FastifyPluginAsyncTypebox<AdminContext> = async (
  app,
  context,
) => {
  const { configuration } = context
  const customDomain = (name: string | undefined) => findDomain(configuration(), name).customDomain

  app.get(
    '/api/v1/registry/entries',
    {
      schema: {
        summary: 'Entries of a domain, page by page',
        description:
          'A page may be shorter than its limit, or empty, although there is a next one: it has 200 entries at the most, and a search ends it after some time.',
        tags,
        querystring: schemas.listQuery,
        response: { 200: answer(schemas.pageOf(schemas.listedEntry), 'a page'), ...problems },
      },
    },
    async ({ query }, reply) => {
      const { domain, expiresBefore, limit = DEFAULT_LIMIT, withPem = false, ...rest } = query
      const page = await requireStore(context).list({
        ...rest,
        domain: customDomain(domain),
        limit: Math.min(limit, MOST_ENTRIES),
        signal: whenClientGone(reply),
        ...(expiresBefore === undefined ? {} : { expiresBefore: new Date(expiresBefore) }),
      })
      const now = new Date()
      const items = page.items.map((entry) => ({
        ...describeEntry(entry, now),
        ...(withPem ? { pem: entry.certificate?.pem ?? null } : {}),
      }))
      return { items, next: page.next }
    },
  )

  app.get(
    '/api/v1/registry/entries/:thumbprint',
    {
      schema: {
        summary: 'An entry, and who changed what when',
        description: 'Of a removed entry the trail is left.',
        tags,
        params: schemas.thumbprintParameter,
        querystring: schemas.domainQuery,
        response: { 200: answer(schemas.shownEntry, 'the entry'), ...problems },
      },
    },
    async ({ params, query }) => {
      const store = requireStore(context)
      const thumbprint = readThumbprint(params.thumbprint)
      const key = { domain: customDomain(query.domain), thumbprint }
      const entry = await store.show(key)
      const trail = await store.audit({ ...key, limit: TRAIL_LINES })
      if (entry === null && trail.items.length === 0) {
        throw new NotThereError(`${thumbprint} is not in the registry for ${key.domain}`)
      }
      const pem = entry?.certificate?.pem ?? null
      return {
        entry: entry === null ? null : { ...describeEntry(entry, new Date()), pem },
        trail: trail.items.map(describeTrailLine),
        trailNext: trail.next,
      }
    },
  )

  app.get(
    '/api/v1/registry/count',
    {
      schema: {
        summary: 'How many entries there are, of one domain or of all',
        tags,
        querystring: schemas.exportQuery,
        response: { 200: answer(schemas.counted, 'how many an export would write'), ...problems },
      },
    },
    async ({ query: { domain, ...rest } }) => {
      const filter = domain === undefined ? rest : { ...rest, domain: customDomain(domain) }
      return { entries: await requireStore(context).count(filter) }
    },
  )

  app.get(
    '/api/v1/registry/audit',
    {
      schema: {
        summary: 'The audit trail, oldest first',
        tags,
        querystring: schemas.auditQuery,
        response: { 200: answer(schemas.pageOf(schemas.trailLine), 'a page'), ...problems },
      },
    },
    async ({ query }) => {
      const { domain, thumbprint, limit = DEFAULT_LIMIT, ...rest } = query
      const page = await requireStore(context).audit({
        ...rest,
        limit,
        ...(domain === undefined ? {} : { domain: customDomain(domain) }),
        ...(thumbprint === undefined ? {} : { thumbprint: readThumbprint(thumbprint) }),
      })
      return { items: page.items.map(describeTrailLine), next: page.next }
    },
  )
}
