import t from 'tap'
import { certificate, codeOf, DOMAIN, thumbprint } from './changes.ts'
import { onEachStore } from './stores.ts'

const ACTOR = 'ana@desk'
const MANY = 1_500

await onEachStore(t, async (t, place) => {
  const { store } = await place.open()
  const bank = certificate('Bank One')
  const shop = certificate('Shöp')
  await store.add({ domain: DOMAIN, certificate: bank, owner: 'Payments_100%' }, ACTOR)
  await store.add({ domain: DOMAIN, certificate: shop, notes: 'call BERND first' }, ACTOR)
  await store.suspend({ domain: DOMAIN, thumbprint: shop.thumbprint }, ACTOR)
  await store.add({ domain: 'other.example.com', certificate: bank }, ACTOR)

  const search = async (text: string, more: object = {}) => {
    const { items } = await store.list({ domain: DOMAIN, search: text, ...more })
    return items.map((entry) => entry.thumbprint)
  }

  await t.test('finds a part of every text, ASCII without case', async (t) => {
    for (const text of ['bank', 'BANK ONE', 'payments_1', '100%', ' bank ']) {
      t.strictSame(await search(text), [bank.thumbprint], text)
    }
    for (const text of ['Shöp', 'sHöP', 'bernd']) {
      t.strictSame(await search(text), [shop.thumbprint], text)
    }
    t.strictSame(await search(bank.serialNumber.slice(2)), [bank.thumbprint])
  })

  await t.test('takes no character for a pattern', async (t) => {
    for (const text of ['ba%k', 'b_nk', "'; drop table mtls_edge_registration; --", '\\', '?']) {
      t.strictSame(await search(text), [], text)
    }
  })

  await t.test('finds a thumbprint by its beginning, with colons too', async (t) => {
    const start = bank.thumbprint.slice(0, 12)
    t.strictSame(await search(start.toUpperCase()), [bank.thumbprint])
    t.strictSame(await search(start.replace(/..(?!$)/g, '$&:')), [bank.thumbprint])
    t.strictSame(await search(bank.thumbprint), [bank.thumbprint])
    t.strictSame(await search(bank.thumbprint.slice(1, 20)), [], 'the beginning alone')
  })

  await t.test('together with a state and a time', async (t) => {
    t.strictSame(await search('e', { state: 'suspended' }), [shop.thumbprint])
    const expiresBefore = new Date('2200-01-01')
    t.strictSame(await search('bank', { expiresBefore }), [bank.thumbprint])
    t.strictSame(await search('bank', { expiresBefore: new Date('2001-01-01') }), [])
  })

  await t.test('refuses a text that is too long', async (t) => {
    const outcome = store.list({ domain: DOMAIN, search: 'x'.repeat(201) })
    t.equal(await codeOf(outcome), 'FST_CERT_REGISTRY_INVALID_INPUT')
  })

  await t.test('page by page finds each match once, however many there are', async (t) => {
    const domain = 'many.example.com'
    await store.importBatch(
      Array.from({ length: MANY }, (_, index) => ({
        domain,
        thumbprint: thumbprint(`many ${index}`),
        state: 'active' as const,
        certificate: null,
        clientName: index % 300 === 0 ? 'wanted' : 'other',
      })),
      ACTOR,
    )
    const found: string[] = []
    for (let after: string | null | undefined; after !== null; ) {
      const page = await store.list({
        domain,
        search: 'wanted',
        limit: 2,
        ...(after === undefined ? {} : { after }),
      })
      t.ok(page.items.length <= 2)
      found.push(...page.items.map((entry) => entry.thumbprint))
      after = page.next
    }
    t.equal(found.length, 5)
    t.strictSame(found, [...new Set(found)].sort())
  })
})
