import { loadConfiguration } from '@mtls-edge/edge'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createChainStore } from '../dist/resumption/chain-store.js'
import { createHostMemory } from '../dist/resumption/host-memory.js'
import type { SecretsByHost } from '../dist/resumption/link.js'
import {
  createSessionAuthority,
  type SessionAuthorityOptions,
} from '../dist/resumption/session-authority.js'
import { ALIAS, CUSTOM, writeStageFiles } from './edge-stage.ts'

const thumbprint = (number: number): string => number.toString(16).padStart(64, '0')
const chainOf = (...names: string[]) => ({ pool: names.map((name) => Buffer.from(name)), since: 1 })
const names = (chain: { readonly pool: readonly Uint8Array[] } | null) =>
  chain?.pool.map((der) => Buffer.from(der).toString()) ?? null

async function start(t: Test, more: Partial<SessionAuthorityOptions> = {}) {
  const { file } = await writeStageFiles(t, (domain) => ({ ...domain, resumption: 'safe' }))
  const configuration = loadConfiguration(file, { environment: {} })
  const renewals: SecretsByHost[] = []
  const authority = createSessionAuthority({
    configuration,
    log: pino({ level: 'silent' }),
    onRenewal: (secrets) => renewals.push(secrets),
    patience: 0,
    ...more,
  })
  t.teardown(() => authority.close())
  return { authority, configuration, renewals }
}

t.test('each host has secrets of its own, and keeps them where nothing changes', async (t) => {
  const { authority, configuration, renewals } = await start(t)
  const { secrets } = authority
  t.same([...secrets.keys()], [CUSTOM, ALIAS])
  t.notSame(secrets.get(CUSTOM), secrets.get(ALIAS))
  await authority.adopt(configuration, async (next) => void t.same(next, secrets))
  t.same(authority.secrets, secrets)
  t.equal(renewals.length, 0)
})

t.test('secrets are made anew when their time is over', async (t) => {
  const { authority, renewals } = await start(t, { rotation: 20 })
  const before = authority.secrets
  const deadline = performance.now() + 30_000
  while (renewals.length < 2 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10))
  for (const host of [CUSTOM, ALIAS]) {
    const renewed = renewals.find((secrets) => secrets.has(host))?.get(host)
    t.notSame(renewed?.ticketKeys, before.get(host)?.ticketKeys)
    t.notSame(renewed?.sessionIdContext, before.get(host)?.sessionIdContext)
  }
})

t.test('sessions that nobody can judge make new secrets, once in a while', async (t) => {
  const { authority, renewals } = await start(t)
  const before = authority.secrets
  for (const _time of [1, 2, 3]) authority.reportUnknown(ALIAS)
  authority.reportUnknown('unknown.example.com')
  t.equal(renewals.length, 1)
  t.notSame(authority.secrets.get(ALIAS), before.get(ALIAS))
  t.same(authority.secrets.get(CUSTOM), before.get(CUSTOM))
})

t.test('a configuration that is refused leaves no secrets that it had', async (t) => {
  const { authority, configuration, renewals } = await start(t)
  const before = authority.secrets
  const [domain] = configuration.domains
  if (domain === undefined) throw new Error('no domain')
  const next = { ...configuration, domains: [{ ...domain, resumption: 'off' as const }] }
  let proposed: SecretsByHost | null = null
  const refused = authority.adopt(next, async (secrets) => {
    proposed = secrets
    throw new Error('refused')
  })
  await t.rejects(refused, { message: 'refused' })
  t.same(proposed, new Map(), 'off has none')
  t.same([...authority.secrets.keys()], [CUSTOM, ALIAS])
  for (const [host, secrets] of authority.secrets) t.notSame(secrets, before.get(host))
  t.equal(renewals.length, 2)
})

t.test('a full store ends the sessions of before, so that none lacks its chain', async (t) => {
  const { authority, renewals } = await start(t)
  let count = 0
  while (renewals.length === 0 && count < 100_000) {
    count += 1
    authority.remember(ALIAS, thumbprint(count), chainOf('intermediate'))
  }
  t.equal(count, 20_001)
  t.same(names(await authority.recall(ALIAS, thumbprint(count))), ['intermediate'])
  t.same(names(await authority.recall(ALIAS, thumbprint(1))), ['intermediate'], 'under way')
  authority.renew(ALIAS, 'rotation')
  t.equal(await authority.recall(ALIAS, thumbprint(1)), null)
  t.equal(await authority.recall(CUSTOM, thumbprint(count)), null, 'of another host')
})

t.test('large chains fill it too', async (t) => {
  const store = createChainStore()
  let count = 0
  while (
    store.add(thumbprint(count), { pool: [Buffer.alloc(100_000, count)], since: 1 }) !== 'full'
  )
    count += 1
  t.equal(count, 168)
})

t.test('what is asked for may be on its way', async (t) => {
  const { authority } = await start(t, { patience: 30_000 })
  const asked = [authority.recall(ALIAS, thumbprint(1)), authority.recall(ALIAS, thumbprint(1))]
  authority.remember(ALIAS, thumbprint(2), chainOf('another'))
  authority.remember(ALIAS, thumbprint(1), chainOf('one'))
  for (const answer of await Promise.all(asked)) t.same(names(answer), ['one'])
  const hurried = await start(t, { patience: 1 })
  t.equal(await hurried.authority.recall(ALIAS, thumbprint(1)), null)
})

t.test('all handshakes with one leaf count, the earliest for its time', async (t) => {
  const store = createChainStore()
  t.equal(store.add(thumbprint(1), { pool: [Buffer.from('a')], since: 2 }), 'added')
  t.equal(store.add(thumbprint(1), { pool: [Buffer.from('a')], since: 3 }), 'known')
  t.equal(store.add(thumbprint(1), { pool: [Buffer.from('b')], since: 3 }), 'added')
  t.equal(store.add(thumbprint(1), { pool: [], since: 1 }), 'added')
  t.match(store.find(thumbprint(1)), { since: 1 })
  t.same(names(store.find(thumbprint(1))), ['a', 'b'])
  for (let number = 0; number < 100; number += 1)
    store.add(thumbprint(1), chainOf(`certificate ${number}`))
  t.equal(store.find(thumbprint(1))?.pool.length, 20)
})

t.test(
  'a process asks once for what another one knows, and remembers nothing where nothing resumes',
  async (t) => {
    const { authority } = await start(t)
    const [one, other] = [true, true].map((resumes) => createHostMemory(ALIAS, authority, resumes))
    one?.remember(thumbprint(1), chainOf('a'))
    const recalled = other?.recall(thumbprint(1))
    t.ok(recalled instanceof Promise)
    t.same(names((await recalled) ?? null), ['a'])
    t.notOk(other?.recall(thumbprint(1)) instanceof Promise)
    one?.turn(false)
    one?.remember(thumbprint(2), chainOf('a'))
    t.equal(await authority.recall(ALIAS, thumbprint(2)), null)
    t.equal(one?.recall(thumbprint(2)), null)
  },
)
