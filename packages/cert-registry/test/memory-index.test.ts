import { createHash } from 'node:crypto'
import { REGISTRATION_STATES } from '@mtls-edge/cert-registry'
import fc from 'fast-check'
import t from 'tap'
import { MemoryIndex } from '../dist/view/memory-index.js'

const DOMAIN = 'auth.example.com'
const bytesOf = (name: number) => createHash('sha256').update(String(name)).digest()

t.test('answers as a map does, whatever is set, changed and taken away', async (t) => {
  const step = fc.record({
    // Few names, and all in one shard and one place of it: collisions are the rule.
    name: fc.nat(60),
    domain: fc.constantFrom(DOMAIN, 'b.example.com'),
    state: fc.constantFrom(...REGISTRATION_STATES, null),
  })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        const index = new MemoryIndex()
        const model = new Map<string, string>()
        for (const { name, domain, state } of steps) {
          const key = Buffer.alloc(32)
          key[31] = name
          index.set(domain, key, state)
          if (state === null) model.delete(`${domain} ${key.toString('hex')}`)
          else model.set(`${domain} ${key.toString('hex')}`, state)
        }
        const names = Array.from({ length: 61 }, (_, name) => {
          const key = Buffer.alloc(32)
          key[31] = name
          return key.toString('hex')
        })
        return (
          index.size === model.size &&
          [DOMAIN, 'b.example.com'].every((domain) =>
            names.every(
              (hex) => index.get(domain, hex) === (model.get(`${domain} ${hex}`) ?? null),
            ),
          )
        )
      }),
    ),
  )
})

t.test('finds each of many, and none that differs in a single bit', async (t) => {
  const index = new MemoryIndex()
  const all = Array.from({ length: 20_000 }, (_, name) => bytesOf(name))
  for (const [name, key] of all.entries()) {
    index.set(DOMAIN, key, REGISTRATION_STATES[name % 4] ?? null)
  }
  t.equal(index.size, all.length)
  const wrong = all.filter(
    (key, name) => index.get(DOMAIN, key.toString('hex')) !== REGISTRATION_STATES[name % 4],
  )
  t.equal(wrong.length, 0)
  const [first] = all
  if (first === undefined) throw new Error('no key')
  for (let bit = 0; bit < 256; bit += 1) {
    const other = Buffer.from(first)
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    if (index.get(DOMAIN, other.toString('hex')) !== null) t.fail(`bit ${bit}`)
  }
})

t.test('does not grow while entries come and go', async (t) => {
  const index = new MemoryIndex()
  const before = process.memoryUsage().arrayBuffers
  for (let round = 0; round < 100_000; round += 1) {
    const key = bytesOf(round)
    // All in one shard.
    key[0] = 0
    key[1] = 0
    index.set(DOMAIN, key, 'active')
    index.set(DOMAIN, key, null)
  }
  t.equal(index.size, 0)
  const grown = process.memoryUsage().arrayBuffers - before
  t.ok(grown < 20_000_000, `${grown} bytes`)
})
