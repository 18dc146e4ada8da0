// The attack: where a TLS server of Node's asks for client certificates and is given no `ca`, it verifies them by the public
// roots. Anybody can buy a certificate of one of those, or has one for free; it is `authorized`, and an edge that believes
// it tells Auth0 SUCCESS. An alias that takes self-signed certificates alone has no anchors, so this is its normal state.
// A test cannot have a certificate of a real public root; NODE_EXTRA_CA_CERTS adds one of its own to them.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createAuthorities } from '../../packages/edge/test/front-stage.ts'
import type { Order } from './front-public-roots-process.ts'

t.test('a certificate of a public root is worth nothing without anchors', async (t) => {
  const authorities = createAuthorities()
  const client = authorities.client({ subject: { CN: 'anybody' } })
  const directory = await mkdtemp(join(tmpdir(), 'front-public-roots-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const file = join(directory, 'public-root.pem')
  await writeFile(file, authorities.root.pem)

  const child = fork(new URL('front-public-roots-process.ts', import.meta.url), {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
  })
  const { serverCertificates } = authorities
  child.send({ serverCertificates, cert: client.chainPem, key: client.keyPem } satisfies Order)
  const exit = once(child, 'exit')
  const [seen] = await Promise.race([once(child, 'message'), exit])
  await exit

  t.match(seen.careless, { authorized: true }, 'the fault is there to be made')
  t.match(seen.front, { subject: 'CN=anybody', authorized: false })
})
