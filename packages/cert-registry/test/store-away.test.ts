import { existsSync, renameSync } from 'node:fs'
import { openRegistry, type Registry } from '@mtls-edge/cert-registry'
import t, { type Test } from 'tap'
import { codeOf, DOMAIN, thumbprint, until } from './changes.ts'
import { startCuttableProxy } from './cuttable-proxy.ts'
import { onEachStore, type Place } from './stores.ts'

const ACTOR = 'ana@desk'
const MAX_STALENESS = 60_000
const first = { domain: DOMAIN, thumbprint: thumbprint('first') }
const second = { domain: DOMAIN, thumbprint: thumbprint('second') }

interface Away {
  readonly url: string
  /** A store that is not there when a program starts. */
  readonly urlOfNone: string
  readonly leave: () => Promise<void>
  readonly comeBack: () => Promise<void>
}

await onEachStore(t, async (t, place) => {
  const other = await place.open()
  await other.store.deny(first, ACTOR)
  const away = await makeAway(t, place)
  let now = 0
  const lines: string[] = []
  const log = (_details: object, message: string) => lines.push(message)
  const logger = { info: log, warn: log, error: log }
  const options = { maxStaleness: MAX_STALENESS, clock: () => now, logger }
  const registry = await openRegistry(away.url, options)
  t.teardown(async () => await registry.close())

  await t.test(
    'goes on with what it knows while the store is away, and says when that is old',
    async (t) => {
      await away.leave()
      await settled(registry, false)
      t.equal(registry.view.stateOf(DOMAIN, first.thumbprint), 'revoked')
      t.equal(registry.view.isFresh, true, 'not at once')
      now += MAX_STALENESS + 1
      t.equal(registry.view.isFresh, false)
      t.match(registry.status(), { isConnected: false, isFresh: false, problem: /./ })
      t.equal(await codeOf(registry.store.deny(second, ACTOR)), 'FST_CERT_REGISTRY_UNAVAILABLE')
      const start = openRegistry(away.urlOfNone)
      t.equal(await codeOf(start), 'FST_CERT_REGISTRY_UNAVAILABLE', 'no start without the store')
    },
  )

  await t.test('finds the way back by itself, with all that happened meanwhile', async (t) => {
    await away.comeBack()
    const seen = until(
      registry,
      () => registry.view.stateOf(DOMAIN, second.thumbprint) !== null,
      8000,
    )
    await other.store.deny(second, ACTOR)
    await seen
    await settled(registry, true)
    t.match(registry.status(), { isConnected: true, isFresh: true, problem: null })
    t.equal((await registry.store.suspend(second, ACTOR).catch((error) => error)).statusCode, 409)
    t.strictSame(lines, [
      'the registry is away; going on with what is known',
      'the registry is back',
    ])
  })
})

t.test('takes a PostgreSQL server that accepts and never answers for away', async (t) => {
  await onEachStore(t, async (t, place) => {
    if (place.kind === 'sqlite') return
    const target = new URL(place.url)
    const proxy = await startCuttableProxy(t, target)
    target.port = String(proxy.port)
    const registry = await openRegistry(target.href)
    t.teardown(async () => await registry.close())
    proxy.freeze()
    await settled(registry, false)
    t.match(registry.status().problem, /time/i)
    await proxy.mend()
    await settled(registry, true)
    t.equal(registry.view.isFresh, true)
  })
})

async function makeAway(t: Test, place: Place): Promise<Away> {
  if (place.kind === 'postgresql') {
    const target = new URL(place.url)
    const proxy = await startCuttableProxy(t, target)
    target.port = String(proxy.port)
    return { url: target.href, urlOfNone: target.href, leave: proxy.cut, comeBack: proxy.mend }
  }
  const file = place.url.slice('sqlite:'.length)
  const move = (from: string, to: string) => async () => {
    for (const end of ['', '-wal', '-shm']) {
      if (existsSync(`${file}${end}${from}`))
        renameSync(`${file}${end}${from}`, `${file}${end}${to}`)
    }
  }
  const urlOfNone = `sqlite:${file}.missing/registry.db`
  return { url: place.url, urlOfNone, leave: move('', '.away'), comeBack: move('.away', '') }
}

/** Waits until the registry is connected, or is not. There is no event for this: whoever wants to know polls `status()`. */
async function settled(registry: Registry, isConnected: boolean): Promise<void> {
  const end = Date.now() + 15_000
  while (registry.status().isConnected !== isConnected) {
    if (Date.now() > end) throw new Error(`still ${isConnected ? 'away' : 'there'}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
