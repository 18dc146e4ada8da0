import t from 'tap'
import { certificate, codeOf, DOMAIN, thumbprint } from './changes.ts'
import { onEachStore } from './stores.ts'

const ACTOR = 'ana@desk'

await onEachStore(t, async (t, place) => {
  const { store } = await place.open()
  const one = certificate('one')
  const key = { domain: DOMAIN, thumbprint: one.thumbprint }

  await t.test('keeps all that a certificate says and all that people say of it', async (t) => {
    const labels = { clientName: 'Bank One', owner: 'payments', notes: 'line 1\nline 2' }
    const result = await store.add(
      { domain: 'Auth.Example.COM.', certificate: one, ...labels },
      ACTOR,
    )
    t.strictSame(result, { outcome: 'added', fromState: null, toState: 'active' })
    const shown = await store.show(key)
    t.match(shown, { ...key, state: 'active', certificate: one, ...labels })
    t.match(shown?.certificate?.pem, /^-----BEGIN CERTIFICATE-----\n/)
  })

  await t.test('adds what is there again: new labels count, the others stay', async (t) => {
    const same = await store.add({ domain: DOMAIN, certificate: one }, ACTOR)
    t.equal(same.outcome, 'unchanged')
    const changed = await store.add({ domain: DOMAIN, certificate: one, owner: 'treasury' }, ACTOR)
    t.equal(changed.outcome, 'changed')
    t.match(await store.show(key), { clientName: 'Bank One', owner: 'treasury' })
  })

  await t.test(
    'goes through the states, and refuses the steps that would weaken one',
    async (t) => {
      t.match(await store.suspend(key, ACTOR), { fromState: 'active', toState: 'suspended' })
      t.equal((await store.suspend(key, ACTOR)).outcome, 'unchanged')
      const again = store.add({ domain: DOMAIN, certificate: one }, ACTOR)
      t.equal(await codeOf(again), 'FST_CERT_REGISTRY_ALREADY_REGISTERED')
      t.equal(await codeOf(store.remove(key, ACTOR)), 'FST_CERT_REGISTRY_REFUSAL_KEPT')
      t.match(await store.activate(key, ACTOR), { fromState: 'suspended', toState: 'active' })
      t.match(await store.deny(key, ACTOR), { fromState: 'active', toState: 'revoked' })
      t.equal(await codeOf(store.suspend(key, ACTOR)), 'FST_CERT_REGISTRY_REVOKED')
      t.match(await store.show(key), { state: 'revoked', certificate: one, owner: 'treasury' })
    },
  )

  await t.test('removes the entry and keeps its trail', async (t) => {
    const removed = await store.remove(key, ACTOR, { evenIfRefused: true })
    t.strictSame(removed, { outcome: 'removed', fromState: 'revoked', toState: null })
    t.equal(await store.show(key), null)
    const trail = await store.audit(key)
    t.strictSame(
      trail.items.map(({ action, fromState, toState }) => [action, fromState, toState]),
      [
        ['add', null, 'active'],
        ['update', 'active', 'active'],
        ['suspend', 'active', 'suspended'],
        ['activate', 'suspended', 'active'],
        ['deny', 'active', 'revoked'],
        ['remove', 'revoked', null],
      ],
    )
    const last = trail.items.at(-2)
    const rest = await store.audit({ ...key, after: String(last?.sequence) })
    t.strictSame(rest, { items: trail.items.slice(-1), next: null })
    t.ok(trail.items.every(({ actor, at }) => actor === ACTOR && at.getTime() <= Date.now()))
  })

  await t.test(
    'denies a thumbprint that nobody knows, and takes its certificate later',
    async (t) => {
      const two = certificate('two')
      const unknown = { domain: DOMAIN, thumbprint: two.thumbprint }
      t.equal((await store.deny(unknown, ACTOR)).outcome, 'added')
      t.match(await store.show(unknown), { state: 'revoked', certificate: null })
      await store.activate({ ...unknown, certificate: two }, ACTOR)
      t.match(await store.show(unknown), { state: 'active', certificate: two })
    },
  )

  await t.test('keeps the domains apart', async (t) => {
    const three = certificate('three')
    await store.add({ domain: 'b.example.com', certificate: three }, ACTOR)
    t.equal(await store.show({ domain: DOMAIN, thumbprint: three.thumbprint }), null)
    t.strictSame(await store.domains(), [DOMAIN, 'b.example.com'])
  })

  await t.test('refuses what cannot be right', async (t) => {
    const nobody = { domain: DOMAIN, thumbprint: thumbprint('nobody') }
    const NOT_FOUND = 'FST_CERT_REGISTRY_NOT_FOUND'
    const INVALID = 'FST_CERT_REGISTRY_INVALID_INPUT'
    const four = certificate('four')
    const added = { domain: DOMAIN, certificate: four }
    const cases = {
      'suspend of an unknown one': [() => store.suspend(nobody, ACTOR), NOT_FOUND],
      'activate of an unknown one': [() => store.activate(nobody, ACTOR), NOT_FOUND],
      'remove of an unknown one': [() => store.remove(nobody, ACTOR), NOT_FOUND],
      'a thumbprint that is too short': [
        () => store.deny({ domain: DOMAIN, thumbprint: 'abcd' }, ACTOR),
        INVALID,
      ],
      'another certificate than the thumbprint says': [
        () => store.deny({ ...nobody, certificate: four }, ACTOR),
        INVALID,
      ],
      'no actor': [() => store.add(added, ' '), INVALID],
      'an actor with control characters': [() => store.add(added, 'a\u001b[2J'), INVALID],
      'a client name with a line break': [
        () => store.add({ ...added, clientName: 'a\nb' }, ACTOR),
        INVALID,
      ],
      'a client name with a zero byte': [
        () => store.add({ ...added, clientName: 'a\0' }, ACTOR),
        INVALID,
      ],
      'an owner of 201 characters': [
        () => store.add({ ...added, owner: 'x'.repeat(201) }, ACTOR),
        INVALID,
      ],
      'notes of 4,001 characters': [
        () => store.add({ ...added, notes: 'x'.repeat(4001) }, ACTOR),
        INVALID,
      ],
      'a page of nothing': [() => store.list({ domain: DOMAIN, limit: 0 }), INVALID],
      'a page of 1,001': [() => store.list({ domain: DOMAIN, limit: 1001 }), INVALID],
      'a cursor of another kind': [
        () => store.list({ domain: DOMAIN, after: '1.2.3', expiresBefore: new Date() }),
        INVALID,
      ],
      'a cursor of the trail that is none': [() => store.audit({ after: '1 or 1=1' }), INVALID],
      'a batch of 10,001': [
        () => store.importBatch(new Array(10_001).fill({ ...nobody, state: 'active' }), ACTOR),
        INVALID,
      ],
    } as const
    for (const [title, [attempt, code]] of Object.entries(cases)) {
      t.equal(await codeOf(attempt()), code, title)
    }
    t.equal(await store.show({ domain: DOMAIN, thumbprint: four.thumbprint }), null)
  })

  await t.test('keeps text of every kind as it came', async (t) => {
    const five = certificate('O\'Reilly "&<>" 株式会社; drop table')
    const clientName = 'Ünïcode 🏦 \'quoted\' "twice" ? $1 -- ;'
    await store.add({ domain: DOMAIN, certificate: five, clientName }, ACTOR)
    t.match(await store.show({ domain: DOMAIN, thumbprint: five.thumbprint }), {
      clientName,
      certificate: { subject: five.subject },
    })
  })

  await t.test('lists in pages, by state and by what expires first', async (t) => {
    const domain = 'pages.example.com'
    const ends = [40, 3, 20, 1, 20].map((days) => new Date(Date.UTC(2030, 0, 1 + days)))
    const all = ends.map((end, at) => certificate(`page ${at}`, end))
    for (const each of all) await store.add({ domain, certificate: each }, ACTOR)
    await store.deny({ domain, thumbprint: thumbprint('without certificate') }, ACTOR)

    const first = await store.list({ domain, limit: 4 })
    const rest = await store.list({ domain, limit: 4, after: String(first.next) })
    t.equal(rest.next, null)
    const seen = [...first.items, ...rest.items].map((entry) => entry.thumbprint)
    const wanted = [...all.map((each) => each.thumbprint), thumbprint('without certificate')]
    t.strictSame(seen, wanted.toSorted())

    const expiresBefore = new Date(Date.UTC(2030, 0, 31))
    const soon: number[] = []
    for (let after: string | null | undefined; after !== null; ) {
      const page = await store.list({
        domain,
        expiresBefore,
        limit: 1,
        ...(after ? { after } : {}),
      })
      soon.push(...page.items.map(({ certificate }) => certificate?.notAfter.getUTCDate() ?? 0))
      after = page.next
    }
    t.strictSame(soon, [2, 4, 21, 21], 'the two that end together both come')

    const revoked = await store.list({ domain, state: 'revoked' })
    t.strictSame(
      revoked.items.map((entry) => entry.certificate),
      [null],
    )
    const none = await store.list({ domain, state: 'revoked', expiresBefore })
    t.strictSame(none.items, [])
  })

  await t.test('makes one change of two that come at the same time', async (t) => {
    const entry = { domain: DOMAIN, thumbprint: thumbprint('race') }
    const other = await place.open()
    const results = await Promise.all(
      [store, other.store, store, other.store].map((each) => each.deny(entry, ACTOR)),
    )
    t.strictSame(results.map(({ outcome }) => outcome).toSorted(), [
      'added',
      'unchanged',
      'unchanged',
      'unchanged',
    ])
    t.equal((await store.audit(entry)).items.length, 1)
  })

  await t.test('lets nobody change the audit trail', async (t) => {
    // Attack: whoever may write to the database covers their tracks, by a client of the database past all our code.
    const before = (await store.audit()).items
    const attacks = [
      "update mtls_edge_audit set actor = 'somebody else'",
      'delete from mtls_edge_audit',
      place.kind === 'sqlite'
        ? 'insert or replace into mtls_edge_audit select sequence, at, actor, action, domain, thumbprint, from_state, null from mtls_edge_audit'
        : 'truncate mtls_edge_audit',
    ]
    for (const attack of attacks)
      await t.rejects(place.sql(attack), /the audit trail only grows/, attack)
    t.strictSame((await store.audit()).items, before)
  })
})
