import { EventEmitter, once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import {
  type ListQuery,
  openRegistryStore,
  type Page,
  type Registration,
  type RegistryStore,
} from '@mtls-edge/cert-registry'
import t, { type Test } from 'tap'
import { startAdminOver } from './admin-over-store.ts'
import { TOKEN } from './admin-stage.ts'
import { CUSTOM } from './edge-stage.ts'

const MANY = 10_000

/**
 * Whoever closes the page in the middle of a search, or stops an export, must not leave the work behind: a hundred of them would keep
 * the store busy for those who are still there.
 */
async function fill(t: Test): Promise<RegistryStore> {
  const store = await openRegistryStore(`sqlite:${join(t.testdir(), 'registry.db')}`)
  t.teardown(() => store.close())
  const entries = Array.from({ length: MANY }, (_, index) => ({
    domain: CUSTOM,
    thumbprint: index.toString(16).padStart(64, '0'),
    state: 'active' as const,
    certificate: null,
    notes: 'n'.repeat(4_000),
  }))
  await store.importBatch(entries, 'test')
  return store
}

function ask(port: number, path: string): ReturnType<typeof get> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const request = get({ host: '127.0.0.1', port, path, headers, agent: false })
  // It is this side that hangs up.
  request.on('error', () => {})
  return request
}

t.test('a search ends when its client is gone', async (t) => {
  const store = await fill(t)
  const events = new EventEmitter()
  const begun = once(events, 'begun')
  const pages: Promise<Page<Registration>>[] = []
  const list = (query: ListQuery) => {
    const page = store.list(query)
    pages.push(page)
    events.emit('begun')
    return page
  }
  const { port } = await startAdminOver(t, { ...store, list })
  const request = ask(port, '/api/v1/registry/entries?search=nothing%20has%20this')
  await begun
  request.destroy()
  await t.rejects(Promise.all(pages), { code: 'FST_EDGE_ADMIN_CLIENT_GONE' })
})

t.test('an export ends when its client is gone', async (t) => {
  const store = await fill(t)
  const events = new EventEmitter()
  const ended = once(events, 'ended')
  async function* watch(): AsyncGenerator<Registration> {
    let exported = 0
    try {
      for await (const entry of store.export()) {
        exported += 1
        yield entry
      }
    } finally {
      events.emit('ended', exported)
    }
  }
  const { port } = await startAdminOver(t, { ...store, export: watch })
  const request = ask(port, '/api/v1/registry/export')
  const [response]: IncomingMessage[] = await once(request, 'response')
  await once(response ?? request, 'data')
  request.destroy()
  const [exported]: number[] = await ended
  t.ok(Number(exported) < MANY, 'the rest was not even read')
})

t.test('a page of entries ends after two hundred, and the next one goes on', async (t) => {
  const store = await fill(t)
  const { port } = await startAdminOver(t, store)
  const [response]: IncomingMessage[] = await once(
    ask(port, '/api/v1/registry/entries?limit=1000'),
    'response',
  )
  const page = JSON.parse(((await response?.setEncoding('utf8').toArray()) ?? []).join(''))
  t.equal(page.items.length, 200)
  t.equal(page.next, (199).toString(16).padStart(64, '0'))
})
