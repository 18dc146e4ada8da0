import { Secret } from '@mtls-edge/edge'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { startCuttableProxy } from '../../cert-registry/test/cuttable-proxy.ts'
import { connectRedisHits, type RedisHits } from '../dist/rate-limit/redis-hits.js'
import { ownNetwork, redisUrl, withRedis } from './redis-stage.ts'

const WINDOW = 60_000

async function connect(t: Test, url: string): Promise<RedisHits> {
  const hits = connectRedisHits(new Secret(url), pino({ level: 'silent' }))
  t.teardown(() => hits.close())
  await waitFor(hits, 'ready')
  return hits
}

async function waitFor(hits: RedisHits, state: string): Promise<void> {
  while (hits.describe().state !== state) await new Promise((resolve) => setTimeout(resolve, 10))
}

await withRedis(t, 'a window begins with its first hit, and ends', async (t) => {
  const hits = await connect(t, redisUrl().href)
  const key = ownNetwork()
  t.match(await hits.hit(key, WINDOW), { count: 1, endsIn: WINDOW })
  const second = await hits.hit(key, WINDOW)
  t.equal(second?.count, 2)
  t.ok(Number(second?.endsIn) <= WINDOW)
  const short = `${key}:short`
  await hits.hit(short, 1)
  while ((await hits.hit(short, 1))?.count !== 1) await new Promise(setImmediate)
  t.pass('it has begun again')
})

await withRedis(t, 'a hanging Redis is waited for once, and then not asked', async (t) => {
  const proxy = await startCuttableProxy(t, redisUrl())
  const hits = await connect(t, `redis://127.0.0.1:${proxy.port}`)
  proxy.freeze()
  const answers = await Promise.all(Array.from({ length: 100 }, () => hits.hit('a', WINDOW)))
  t.ok(answers.every((answer) => answer === null))
  t.equal(hits.describe().state, 'degraded')
  const later = new Promise((resolve) => setImmediate(() => resolve('later')))
  t.equal(await Promise.race([hits.hit('a', WINDOW), later]), null, 'known without waiting')
  await proxy.mend()
  await waitFor(hits, 'ready')
  t.ok((await hits.hit(ownNetwork(), WINDOW))?.count === 1)
})

t.test('a Redis that was never there stops nothing', async (t) => {
  const hits = connectRedisHits(new Secret('redis://127.0.0.1:1'), pino({ level: 'silent' }))
  t.equal(await hits.hit('a', WINDOW), null)
  t.match(hits.describe(), { state: 'degraded' })
  hits.close()
})
