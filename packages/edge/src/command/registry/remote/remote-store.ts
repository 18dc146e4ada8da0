import {
  AlreadyRegisteredError,
  type AuditQuery,
  type ChangeResult,
  type EntryReference,
  type ImportedRegistration,
  InvalidInputError,
  NotFoundError,
  type Page,
} from '@mtls-edge/cert-registry'
import { readLines } from '../../../admin/read-lines.js'
import type { CommandStore } from '../command-store.js'
import { isFields, malformed } from './answer.js'
import type { ApiClient } from './api-client.js'
import { readChange, readEntry, readExportedLine, readTrailLine } from './read-entry.js'

const ENTRIES = '/api/v1/registry/entries'

/** The registry of a running edge, by its API: whoever uses it sees no difference. The actor is the client's. */
export function createRemoteStore(api: ApiClient): CommandStore {
  const change =
    (action: string) =>
    async ({ domain, thumbprint, certificate }: EntryReference): Promise<ChangeResult> => {
      const body = { domain, pem: certificate?.pem ?? null }
      return readChange(
        await api.ask(`${ENTRIES}/${thumbprint}/${action}`, { method: 'POST', body }),
      )
    }

  return {
    async add({ certificate, ...registration }) {
      const body = { ...registration, pem: certificate.pem }
      const { results } = await api.ask(ENTRIES, { method: 'POST', body })
      const [result] = Array.isArray(results) ? results : []
      if (!isFields(result)) throw malformed('result')
      if (isFields(result.problem)) throw new AlreadyRegisteredError(String(result.problem.state))
      return readChange(result)
    },
    deny: change('deny'),
    suspend: change('suspend'),
    activate: change('activate'),
    async remove({ domain, thumbprint }, _actor, { evenIfRefused = false } = {}) {
      const query = { domain, evenIfRefused }
      return readChange(await api.ask(`${ENTRIES}/${thumbprint}`, { method: 'DELETE', query }))
    },
    async show({ domain, thumbprint }) {
      try {
        const { entry } = await api.ask(`${ENTRIES}/${thumbprint}`, { query: { domain } })
        return entry === null ? null : readEntry(entry)
      } catch (error) {
        if (error instanceof NotFoundError) return null
        throw error
      }
    },
    async list({ expiresBefore, expiresAfter: _after, signal: _signal, ...query }) {
      const end = expiresBefore?.toISOString()
      const asked = { ...query, expiresBefore: end, withPem: true }
      return readPage(await api.ask(ENTRIES, { query: asked }), readEntry)
    },
    async count(query) {
      try {
        const { entries } = await api.ask('/api/v1/registry/count', { query: { ...query } })
        return typeof entries === 'number' ? entries : null
      } catch (error) {
        // An edge of an older version does not count; without a total the bar has no end, and that is all.
        if (error instanceof NotFoundError) return null
        throw error
      }
    },
    async importBatch(entries) {
      const body = entries.map(writeLine).join('')
      const imported = await api.ask('/api/v1/registry/import', { method: 'POST', body })
      const { added, changed, unchanged, problem } = imported
      if (isFields(problem)) throw new InvalidInputError(String(problem.message))
      return { added: Number(added), changed: Number(changed), unchanged: Number(unchanged) }
    },
    async *export({ domain, state } = {}) {
      const answer = api.stream('/api/v1/registry/export', { query: { domain, state } })
      for await (const line of readLines(answer)) {
        if (line === null) throw malformed('end of a line')
        yield readExportedLine(line)
      }
    },
    async audit({ domain, thumbprint, after, limit }: AuditQuery = {}) {
      const query = { domain, thumbprint, after, limit }
      return readPage(await api.ask('/api/v1/registry/audit', { query }), readTrailLine)
    },
  }
}

function readPage<Item>(
  { items, next }: Readonly<Record<string, unknown>>,
  readItem: (value: unknown) => Item,
): Page<Item> {
  if (!Array.isArray(items) || (next !== null && typeof next !== 'string')) throw malformed('page')
  return { items: items.map(readItem), next }
}

function writeLine({ certificate, ...entry }: ImportedRegistration): string {
  return `${JSON.stringify({ ...entry, pem: certificate?.pem ?? null })}\n`
}
