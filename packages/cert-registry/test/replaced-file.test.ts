import { renameSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { codeOf, DOMAIN, thumbprint, until } from './changes.ts'
import { sqlitePlace } from './stores.ts'

const ACTOR = 'ana@desk'
const entry = (name: string) => ({ domain: DOMAIN, thumbprint: thumbprint(name) })
/** Puts a file in the registry's place. Its old log goes first: SQLite would write that into the new file. */
function replace(url: string, file: string): void {
  for (const end of ['-wal', '-shm']) rmSync(`${fileOf(url)}${end}`, { force: true })
  renameSync(file, fileOf(url))
}

const fileOf = (url: string) => url.slice('sqlite:'.length)

t.test(
  'follows and writes the file that stands there now, not the one that was opened',
  async (t) => {
    // A backup is moved to the registry's place while the edge runs: the open file has no name any more, and reading it
    // on would keep revocations of the backup away from the edge for ever.
    const [place, backup] = [sqlitePlace(t), sqlitePlace(t)]
    const registry = await place.open()
    await registry.store.deny(entry('old'), ACTOR)
    const made = await backup.open()
    await made.store.deny(entry('in the backup'), ACTOR)
    await made.close()

    const heard: unknown[] = []
    registry.onChange(({ entries }) => heard.push(entries))
    const { thumbprint: print } = entry('in the backup')
    const seen = until(registry, () => registry.view.stateOf(DOMAIN, print) === 'revoked')
    replace(place.url, fileOf(backup.url))
    await seen
    t.equal(registry.view.stateOf(DOMAIN, entry('old').thumbprint), null)
    t.ok(heard.includes('reloaded'))

    await registry.store.deny(entry('new'), ACTOR)
    const rows = await place.sql('select state from mtls_edge_registration')
    t.equal(rows.length, 2, 'the change is in the file of that name')
  },
)

t.test('takes a file that is no registry for a store that is away', async (t) => {
  const place = sqlitePlace(t)
  const registry = await place.open()
  await registry.store.deny(entry('old'), ACTOR)
  const other = `${fileOf(place.url)}.other`
  writeFileSync(other, 'this is no database, and it is long enough to be looked at '.repeat(100))
  replace(place.url, other)
  t.equal(await codeOf(registry.store.deny(entry('new'), ACTOR)), 'FST_CERT_REGISTRY_UNAVAILABLE')
  t.equal(registry.view.stateOf(DOMAIN, entry('old').thumbprint), 'revoked', 'it is still known')
  t.equal(await codeOf(place.open()), 'FST_CERT_REGISTRY_UNAVAILABLE')
})
