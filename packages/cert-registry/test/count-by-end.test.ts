import t from 'tap'
import { certificate, DOMAIN, thumbprint } from './changes.ts'
import { onEachStore } from './stores.ts'

const ACTOR = 'ana@desk'
const DAY = 86_400_000
const FIRST = new Date('2031-05-06T00:00:00Z')

await onEachStore(t, async (t, place) => {
  const { store } = await place.open()
  t.strictSame(await store.countByEnd(), [])

  await t.test(
    'counts by state and day, over more than one window, domain by domain',
    async (t) => {
      const facts = certificate('one', FIRST)
      for (let batch = 0; batch < 3; batch += 1) {
        const entries = Array.from({ length: 8_000 }, (_, index) => {
          const number = batch * 8_000 + index
          const notAfter = new Date(FIRST.getTime() + (number % 3) * DAY + 7_000)
          const one = { ...facts, thumbprint: thumbprint(number), notAfter }
          const state: 'active' | 'suspended' = number % 4 === 0 ? 'suspended' : 'active'
          return { domain: DOMAIN, thumbprint: one.thumbprint, state, certificate: one }
        })
        await store.importBatch(entries, ACTOR)
      }
      await store.deny({ domain: 'other.example.com', thumbprint: thumbprint('unknown') }, ACTOR)
      const counts = await store.countByEnd()
      const of = (state: string, day: number): number | undefined =>
        counts.find(
          ({ domain, state: its, endsOn }) =>
            domain === DOMAIN && its === state && endsOn?.getTime() === FIRST.getTime() + day * DAY,
        )?.entries
      for (const day of [0, 1, 2]) {
        t.equal(of('active', day), 6_000)
        t.equal(of('suspended', day), 2_000)
      }
      t.equal(counts.length, 7)
      t.match(
        counts.find(({ domain }) => domain === 'other.example.com'),
        { state: 'revoked', endsOn: null, entries: 1 },
      )
    },
  )
})
