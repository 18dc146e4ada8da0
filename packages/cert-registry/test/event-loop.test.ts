import { execFile } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { SearchTurns } from '../dist/sql/search-turns.js'
import { ThreadedConnection } from '../dist/sql/threaded-connection.js'
import { DOMAIN, thumbprint } from './changes.ts'
import { onEachStore, sqlitePlace } from './stores.ts'

const ACTOR = 'ana@desk'
const MANY = 3_000

/** How often the event loop turns until the work is done. */
async function countTurns(work: () => Promise<unknown>): Promise<number> {
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
    t.ok((await countTurns(list)) >= 5)
    t.equal(length, 1_000)
  })

  await t.test('counts by state, and by time of end too', async (t) => {
    t.equal(await store.count({ domain: DOMAIN, state: 'active' }), MANY)
    t.equal(await store.count({ domain: DOMAIN, expiresBefore: new Date() }), 0)
  })

  await t.test('a search ends when nobody wants it any more', async (t) => {
    const gone = new AbortController()
    const search = store.list({ domain: DOMAIN, search: 'nothing', signal: gone.signal })
    gone.abort(new Error('the client is gone'))
    await t.rejects(search, { message: 'the client is gone' })
  })
})

t.test('two searches run at once, the others wait, and those given up never begin', async (t) => {
  const turns = new SearchTurns()
  const begun: number[] = []
  const ends = new EventEmitter()
  const search = (number: number, signal?: AbortSignal): Promise<void> =>
    turns.take(signal, async () => {
      begun.push(number)
      await once(ends, String(number))
    })
  const gone = new AbortController()
  const [first, second, third, fourth] = [search(1), search(2), search(3, gone.signal), search(4)]
  t.strictSame(begun, [1, 2])
  gone.abort(new Error('the client is gone'))
  ends.emit('2')
  await second
  await t.rejects(third, { message: 'the client is gone' })
  await setImmediate()
  t.strictSame(begun, [1, 2, 4])
  ends.emit('1')
  ends.emit('4')
  await Promise.all([first, fourth])
  const fifth = search(5)
  t.strictSame(begun, [1, 2, 4, 5], 'the places are free again')
  ends.emit('5')
  await fifth
})

t.test('the event loop turns during one statement of SQLite, however long it takes', async (t) => {
  const file = join(t.testdir(), 'numbers.db')
  const connection = await ThreadedConnection.open(file, 'create')
  t.teardown(() => connection.close())
  const count = async () => {
    const rows = await connection.query(
      `with recursive number(n) as (select 1 union all select n + 1 from number where n < ?)
       select count(*) as numbers from number`,
      [3_000_000],
    )
    t.match(rows, [{ numbers: 3_000_000 }])
  }
  t.ok((await countTurns(count)) > 10, 'half a second is many turns')
  await t.rejects(connection.query('select 1 from missing'), { message: /no such table/ })
  await connection.close()
  await t.rejects(connection.query('select 1'), { message: 'the connection to the file is closed' })
  t.equal(await connection.isCurrent(), false, 'a store that finds it so opens another one')
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
