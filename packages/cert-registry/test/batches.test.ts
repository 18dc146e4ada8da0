import { writeRegistrationLine } from '@mtls-edge/cert-registry'
import t from 'tap'
import { codeOf, DOMAIN, thumbprint } from './changes.ts'
import { onEachStore } from './stores.ts'

const ACTOR = 'ana@desk'

await onEachStore(t, async (t, place) => {
  const { store } = await place.open()
  await store.deny({ domain: DOMAIN, thumbprint: thumbprint('another domain') }, ACTOR)

  await t.test('imports a batch whole or not at all', async (t) => {
    const domain = 'batch.example.com'
    const entry = (name: number) => ({
      domain,
      thumbprint: thumbprint(name),
      state: 'active' as const,
      certificate: null,
    })
    const many = Array.from({ length: 250 }, (_, name) => entry(name))
    const wrong = { ...entry(1000), thumbprint: 'short' }
    t.equal(
      await codeOf(store.importBatch([...many, wrong], ACTOR)),
      'FST_CERT_REGISTRY_INVALID_INPUT',
    )
    t.strictSame((await store.list({ domain })).items, [])
    t.strictSame((await store.audit({ domain })).items, [], 'the trail has nothing of it either')
    t.strictSame(await store.importBatch(many, ACTOR), { added: 250, changed: 0, unchanged: 0 })
    t.strictSame(await store.importBatch(many, ACTOR), { added: 0, changed: 0, unchanged: 250 })
  })

  await t.test('never loosens a state by an import', async (t) => {
    const domain = 'import.example.com'
    const states = ['active', 'pending', 'suspended', 'revoked'] as const
    for (const [there, before] of states.entries()) {
      for (const [comes, imported] of states.entries()) {
        const print = thumbprint(`${before} ${imported}`)
        const entry = { domain, thumbprint: print, certificate: null }
        await store.importBatch([{ ...entry, state: before }], ACTOR)
        await store.importBatch([{ ...entry, state: imported }], ACTOR)
        const state = states[Math.max(there, comes)]
        t.equal((await store.show(entry))?.state, state, `${before}, then ${imported}`)
      }
    }
    const twice = { domain, thumbprint: thumbprint('twice'), certificate: null }
    const result = await store.importBatch(
      [
        { ...twice, state: 'revoked' },
        { ...twice, state: 'active', owner: 'late' },
      ],
      ACTOR,
    )
    t.strictSame(result, { added: 1, changed: 1, unchanged: 0 })
    t.match(await store.show(twice), { state: 'revoked', owner: 'late' })
  })

  await t.test('exports every entry of every domain, once', async (t) => {
    const lines: string[] = []
    for await (const entry of store.export()) lines.push(writeRegistrationLine(entry))
    const rows = await place.sql('select domain from mtls_edge_registration')
    t.equal(lines.length, rows.length)
    t.equal(new Set(lines).size, lines.length)
    const batch: unknown[] = []
    for await (const entry of store.export({ domain: 'batch.example.com' })) batch.push(entry)
    t.equal(batch.length, 250)
  })
})
