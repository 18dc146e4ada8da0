import t from 'tap'
import { certificate, DOMAIN, thumbprint, until } from './changes.ts'
import { onEachStore } from './stores.ts'

const ACTOR = 'ana@desk'
// What the contract promises, with nothing on top for a busy machine.
const PROMISED_MS = 1000

await onEachStore(t, async (t, place) => {
  const writer = await place.open()
  const one = certificate('one')
  await writer.store.add({ domain: DOMAIN, certificate: one }, ACTOR)
  const reader = await place.open()
  const state = (print: string) => reader.view.stateOf(DOMAIN, print)

  await t.test('knows at the start what was there before', async (t) => {
    t.equal(state(one.thumbprint), 'active')
    t.equal(reader.view.stateOf('other.example.com', one.thumbprint), null)
    t.match(reader.status(), { isConnected: true, isFresh: true, entries: 1, problem: null })
  })

  await t.test('sees every change of another edge within a second', async (t) => {
    const key = { domain: DOMAIN, thumbprint: one.thumbprint }
    const steps = [
      ['suspended', () => writer.store.suspend(key, ACTOR)],
      ['active', () => writer.store.activate(key, ACTOR)],
      ['revoked', () => writer.store.deny(key, ACTOR)],
      [null, () => writer.store.remove(key, ACTOR, { evenIfRefused: true })],
      ['active', () => writer.store.add({ domain: DOMAIN, certificate: one }, ACTOR)],
    ] as const
    for (const [wanted, change] of steps) {
      const epoch = reader.view.epoch
      const seen = until(reader, () => state(one.thumbprint) === wanted)
      await change()
      t.ok((await seen) < PROMISED_MS, `${wanted} in time`)
      t.ok(reader.view.epoch > epoch, 'the epoch grew')
    }
  })

  await t.test('shows its own change as soon as that is done', async (t) => {
    for (let round = 0; round < 10; round += 1) {
      const own = { domain: DOMAIN, thumbprint: thumbprint(`own ${round}`) }
      await reader.store.deny(own, ACTOR)
      t.equal(state(own.thumbprint), 'revoked')
    }
  })

  await t.test('reports what changed, in order', async (t) => {
    const heard: unknown[] = []
    const stop = reader.onChange(({ entries }) => heard.push(...entries))
    const prints = ['x', 'y', 'z'].map(thumbprint)
    const seen = until(reader, () => prints.every((print) => state(print) === 'revoked'))
    for (const print of prints)
      await writer.store.deny({ domain: DOMAIN, thumbprint: print }, ACTOR)
    await seen
    stop()
    t.strictSame(
      heard,
      prints.map((print) => ({ domain: DOMAIN, thumbprint: print, state: 'revoked' })),
    )
  })

  await t.test('follows an import that is longer than a page of the trail', async (t) => {
    const entries = Array.from({ length: 2500 }, (_, at) => ({
      domain: 'many.example.com',
      thumbprint: thumbprint(`many ${at}`),
      state: 'active' as const,
      certificate: null,
    }))
    const size = reader.status().entries
    const seen = until(reader, () => reader.status().entries === size + 2500)
    await writer.store.importBatch(entries, ACTOR)
    await seen
    t.ok(entries.every((each) => reader.view.stateOf(each.domain, each.thumbprint) === 'active'))
  })

  await t.test('goes on when a listener throws', async (t) => {
    const stop = reader.onChange(() => {
      throw new Error('a mistake of the listener')
    })
    const print = thumbprint('after the mistake')
    const seen = until(reader, () => state(print) === 'revoked')
    await writer.store.deny({ domain: DOMAIN, thumbprint: print }, ACTOR)
    await seen
    stop()
    t.equal(reader.status().isConnected, true)
  })

  await t.test(
    'asks by any spelling of the domain, and never takes a bad thumbprint for an unknown one',
    async (t) => {
      t.equal(reader.view.stateOf('AUTH.Example.com.', one.thumbprint), 'active')
      t.equal(state(one.thumbprint.toUpperCase()), 'active')
      const bad = [
        '',
        'abc',
        one.thumbprint.slice(1),
        `${one.thumbprint}0`,
        'g'.repeat(64),
        'é'.repeat(64),
      ]
      for (const text of bad) t.throws(() => state(text), TypeError, JSON.stringify(text))
    },
  )

  await t.test('reads everything anew when the trail is no more the one it followed', async (t) => {
    // A backup was put back: numbers go on from an earlier point, with other changes behind them.
    const print = thumbprint('in the backup')
    const bytes = place.kind === 'sqlite' ? `x'${print}'` : `'\\x${print}'`
    const seen = until(reader, () => state(print) === 'suspended')
    const triggers = {
      sqlite: ['drop trigger mtls_edge_audit_delete'],
      postgresql: ['alter table mtls_edge_audit disable trigger mtls_edge_audit_change'],
    }
    for (const statement of triggers[place.kind]) await place.sql(statement)
    await place.sql('delete from mtls_edge_registration')
    await place.sql(
      `insert into mtls_edge_registration (domain, thumbprint, state, created_at, changed_at)
       values ('${DOMAIN}', ${bytes}, 'suspended', 0, 0)`,
    )
    await place.sql('delete from mtls_edge_audit')
    // PostgreSQL is not told of a deletion: its poll must find this.
    await seen
    t.equal(state(one.thumbprint), null)
    t.equal(reader.status().entries, 1)
  })
})
