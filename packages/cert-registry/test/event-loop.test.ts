import { execFile } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { DOMAIN, thumbprint } from './changes.ts'
import { onEachStore, sqlitePlace } from './stores.ts'

const ACTOR = 'ana@desk'
const MANY = 3_000

/** What takes long must let whatever else a process does go on: requests are answered by the same thread. */
await onEachStore(t, async (t, place) => {
  const { store } = await place.open()
  const entries = Array.from({ length: MANY }, (_, index) => ({
    domain: DOMAIN,
    thumbprint: thumbprint(`many ${index}`),
    state: 'active' as const,
    certificate: null,
    notes: 'n'.repeat(4_000),
  }))

  const countTurns = async (work: () => Promise<unknown>): Promise<number> => {
    let turns = 0
    let isDone = false
    const done = work().finally(() => {
      isDone = true
    })
    while (!isDone) {
      await setImmediate()
      turns += 1
    }
    await done
    return turns
  }

  await t.test('the event loop turns while a batch is written', async (t) => {
    t.ok((await countTurns(() => store.importBatch(entries, ACTOR))) > MANY / 100)
  })

  await t.test('the event loop turns while entries are looked through', async (t) => {
    const search = () => store.list({ domain: DOMAIN, search: 'nothing has this' })
    t.ok((await countTurns(search)) > MANY / 200)
  })

  await t.test('a page comes in parts, and is whole', async (t) => {
    let length = 0
    const list = async () => {
      length = (await store.list({ domain: DOMAIN, limit: 1_000 })).items.length
    }
    t.ok((await countTurns(list)) > 5)
    t.equal(length, 1_000)
  })

  await t.test('the event loop turns during one statement', async (t) => {
    const count = () => store.count({ domain: DOMAIN, state: 'active' })
    t.ok((await countTurns(count)) > 5)
    t.equal(await count(), MANY)
  })

  await t.test('counts by time of end too', async (t) => {
    t.equal(await store.count({ domain: DOMAIN, expiresBefore: new Date() }), 0)
  })

  await t.test('a search ends when nobody wants it any more', async (t) => {
    const gone = new AbortController()
    const search = store.list({ domain: DOMAIN, search: 'nothing', signal: gone.signal })
    gone.abort(new Error('the client is gone'))
    await t.rejects(search, { message: 'the client is gone' })
  })

  await t.test(
    'two searches run at once, the others wait, and those given up never begin',
    async (t) => {
      const gone = new AbortController()
      const order: number[] = []
      const search = async (number: number, signal?: AbortSignal) => {
        const query = { domain: DOMAIN, search: 'nothing has this' }
        const given = signal === undefined ? {} : { signal }
        await store.list({ ...query, ...given }).finally(() => order.push(number))
      }
      const [first, second, third, fourth] = [
        search(1),
        search(2),
        search(3, gone.signal),
        search(4),
      ]
      gone.abort()
      await t.rejects(third, { name: 'AbortError' })
      t.strictSame(order.includes(4), false, 'the last one is still under way')
      await Promise.all([first, second, fourth])
      t.equal(order.at(-1), 4)
      t.equal((await store.list({ domain: DOMAIN, search: 'nnn', limit: 1 })).items.length, 1)
    },
  )
})

t.test('a process ends although its SQLite store is open', async (t) => {
  const place = sqlitePlace(t)
  const program = `
    const { openRegistry } = await import('@mtls-edge/cert-registry')
    const { store } = await openRegistry(process.argv[1])
    console.log(await store.count())`
  const options = ['--input-type=module', '--eval', program, place.url]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, options, {
    cwd: import.meta.dirname,
  })
  t.equal(stdout, '0\n')
  t.equal(stderr, '')
})
