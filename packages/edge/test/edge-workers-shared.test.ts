import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { restartDelay } from '../dist/service/workers/back-off.js'
import {
  createWorkersPart,
  describeRegistries,
  describeShared,
} from '../dist/service/workers/describe-workers.js'
import { startProcessStage, waitUntilRefused } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers } from './edge-stage.ts'

const PROGRAM = fileURLToPath(new URL('edge-workers-program.ts', import.meta.url))

t.test('where ports can not be shared the primary hands connections to all workers', async (t) => {
  const stage = await startProcessStage(t, { workers: 2, program: [PROGRAM] })
  const seen = new Set<unknown>()
  for (let count = 0; count < 4; count += 1) {
    const connection = await openTlsConnection({
      port: stage.port,
      servername: ALIAS,
      ca: servers.root.pem,
      certificate: clients.client(),
    })
    t.match(await connection.request(request('POST /oauth/token')), { status: 200 })
    seen.add((await stage.nextLine('request')).worker)
    connection.destroy()
  }
  t.same([...seen].sort(), [1, 2])
  const exit = once(stage.child, 'exit')
  stage.child.kill('SIGTERM')
  t.same(await exit, [0, null])
  await waitUntilRefused(stage.port)
})

t.test('the pause before a worker is replaced doubles, up to ten seconds', async (t) => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000].map(restartDelay)
  t.same(delays, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000])
})

t.test('the part of the workers says how many there are, and since when', async (t) => {
  const describe = createWorkersPart(2)
  t.match(describe(0), { state: 'away', wanted: 2, ready: 0 })
  const one = describe(1)
  t.match(one, { state: 'degraded', ready: 1 })
  t.equal(describe(1), one, 'since the first time')
  t.match(describe(2), { state: 'ready' })
})

const registryOf = (state: 'ready' | 'away', since: string) => ({
  parts: { registry: { state, since } },
})

const registries = {
  'all have it': { workers: [registryOf('ready', '1'), registryOf('ready', '2')], state: 'ready' },
  'one has it': { workers: [registryOf('away', '1'), registryOf('ready', '2')], state: 'degraded' },
  'none has it': { workers: [registryOf('away', '1'), registryOf('away', '2')], state: 'away' },
} as const

for (const [title, { workers, state }] of Object.entries(registries)) {
  t.test(`the registry where ${title} is ${state}`, async (t) => {
    t.same(describeRegistries(workers), { registry: { state, since: '2' } })
  })
}

t.test('requests are counted together only where every worker has Redis', async (t) => {
  const rateLimitOf = (state: 'ready' | 'degraded', since: string) => ({
    parts: { rateLimit: { state, since } },
  })
  t.same(describeShared([rateLimitOf('ready', '1'), rateLimitOf('degraded', '2')]), {
    rateLimit: { state: 'degraded', since: '2' },
  })
  t.same(describeShared([rateLimitOf('ready', '1'), rateLimitOf('ready', '2')]), {
    rateLimit: { state: 'ready', since: '2' },
  })
})

t.test('no registry is no part', async (t) => {
  t.same(describeRegistries([{ parts: {} }]), {})
})
