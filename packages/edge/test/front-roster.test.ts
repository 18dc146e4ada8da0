import t from 'tap'
import { Roster } from '../dist/front/roster.js'

const member = (name: string) => ({ name, slot: -1 })
const names = (roster: Iterable<{ name: string }>) => [...roster].map(({ name }) => name).sort()

t.test('a roster holds who came and did not go', async (t) => {
  const roster = new Roster<ReturnType<typeof member>>()
  const [a, b, c] = [member('a'), member('b'), member('c')]
  for (const one of [a, b, c]) roster.add(one)
  roster.delete(a)
  t.same(names(roster), ['b', 'c'])
  t.equal(roster.size, 2)
  roster.add(a)
  roster.delete(b)
  roster.delete(c)
  t.same(names(roster), ['a'], 'whatever order they go in')
  roster.delete(a)
  t.same(names(roster), [])
})

t.test('who goes twice, or was never there, takes nobody else along', async (t) => {
  const roster = new Roster<ReturnType<typeof member>>()
  const [a, b] = [member('a'), member('b')]
  roster.add(a)
  roster.add(b)
  roster.delete(a)
  roster.delete(a)
  roster.delete(member('stranger'))
  roster.delete({ name: 'stranger in the place of b', slot: b.slot })
  t.same(names(roster), ['b'])
})

t.test(
  'each one is met that was there when the walk began, though the walk ends some',
  async (t) => {
    const roster = new Roster<ReturnType<typeof member>>()
    for (const name of ['a', 'b', 'c']) roster.add(member(name))
    const met = []
    for (const one of roster) {
      met.push(one.name)
      roster.delete(one)
    }
    t.same(met.sort(), ['a', 'b', 'c'])
    t.equal(roster.size, 0)
  },
)
