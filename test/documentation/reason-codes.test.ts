import { readFile } from 'node:fs/promises'
import * as auth0Forwarder from '@mtls-edge/auth0-forwarder'
import { refusalReasons } from '@mtls-edge/cert-verifier'
import * as pathGuard from '@mtls-edge/path-guard'
import t from 'tap'
import { mendOf } from '../../packages/edge/dist/command/explain/mends.js'

const page = await readFile(new URL('../../docs/reason-codes.md', import.meta.url), 'utf8')

/** The reasons of a package's exported error classes that a client can be answered with: everything but 500. */
function reasonsOf(exports: Readonly<Record<string, unknown>>, prefix: string): readonly string[] {
  return Object.values(exports).flatMap((value) => {
    if (typeof value !== 'function' || !/Error$/.test(value.name)) return []
    const error: unknown = Reflect.construct(value, [])
    if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return []
    const { code, statusCode } = error
    if (typeof code !== 'string' || statusCode === 500) return []
    return [code.slice(prefix.length).toLowerCase()]
  })
}

t.test('every reason that a client can be answered with stands on the page', async (t) => {
  const reasons = [
    ...refusalReasons,
    ...reasonsOf(pathGuard, 'FST_PATH_GUARD_'),
    ...reasonsOf(auth0Forwarder, 'FST_AUTH0_FORWARDER_'),
  ]
  t.ok(reasons.length > 45, 'they are found at all')
  for (const reason of reasons) t.ok(page.includes(`\`${reason}\``), reason)
})

t.test('explain has a mend for the very reasons that have one on the page', async (t) => {
  const [, table = ''] = page.split(/^## /m)
  const rows = table.split('\n').filter((line) => line.startsWith('| `'))
  const mended = new Map(
    rows.flatMap((row) => {
      const [, codes = '', , mend = ''] = row.split(/(?<!\\)\|/)
      return [...codes.matchAll(/`(\w+)`/g)].map(([, code = '']) => [code, mend.trim() !== ''])
    }),
  )
  for (const reason of [...refusalReasons, 'certificate_too_large']) {
    // Without a certificate there is nothing to explain, and what passes by itself is not mended.
    if (!mended.has(reason) || reason === 'no_certificate') continue
    t.equal(mendOf(reason) !== null, mended.get(reason), reason)
  }
  t.ok(mended.size > 25, 'they are found at all')
})
