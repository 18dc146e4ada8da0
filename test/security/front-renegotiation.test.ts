// Three old attacks on TLS 1.2. Renegotiation: CVE-2009-3555 let an attacker begin a connection and have the victim's
// handshake go on in it, so that his request was taken for the victim's; later, client-initiated renegotiation was a cheap
// way to make a server sign all day (CVE-2011-1473). Compression: the length of a compressed record tells what stands in
// it beside the attacker's own text (CRIME, CVE-2012-4929). Downgrade: a man in the middle breaks handshakes until the
// client tries an older version (POODLE, CVE-2014-3566), against which the client says that it is trying again.
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { hello, SUITES } from '../../packages/edge/test/front-hello.ts'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  get,
  MTLS_DOMAIN,
  startStage,
} from '../../packages/edge/test/front-stage.ts'
import { askHello } from '../../packages/edge/test/front-wire.ts'

const authorities = createAuthorities()
const TLS_1_2 = { maxVersion: 'TLSv1.2' } as const
const TLS_FALLBACK_SCSV = 0x5600

function renegotiate(socket: TLSSocket): Promise<Error | null> {
  return new Promise((resolve) => {
    socket.on('error', resolve)
    socket.renegotiate({ rejectUnauthorized: false }, resolve)
  })
}

t.test('the attacker can renegotiate with a server that lets him', async (t) => {
  const [pair] = authorities.serverCertificates
  const server = createServer({ cert: pair?.certificate, key: pair?.key })
  t.teardown(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connection = await openTlsConnection({ port, tls: TLS_1_2 })
  t.equal(await renegotiate(connection.socket), null)
  connection.destroy()
})

for (const servername of [CUSTOM_DOMAIN, MTLS_DOMAIN]) {
  t.test(`${servername} refuses to renegotiate`, async (t) => {
    const stage = await startStage({ authorities })
    t.teardown(() => stage.close())
    const connection = await openTlsConnection({ port: stage.port, servername, tls: TLS_1_2 })
    t.equal((await connection.request(get(servername))).status, 200)
    t.match(await renegotiate(connection.socket), { code: 'ERR_SSL_NO_RENEGOTIATION' })
    connection.destroy()
  })
}

t.test('compression is never chosen', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  const serverName = MTLS_DOMAIN
  const offer = (compressions: number[]) =>
    askHello(stage.port, hello({ serverName, compressions, suites: [...SUITES.ecdheRsaGcm] }))
  t.match(await offer([1, 0]), { kind: 'server_hello', compression: 0 })
  t.match(await offer([1]), { kind: 'alert', level: 2 })
})

t.test('a downgraded client learns that more was possible', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  const suites = [...SUITES.ecdheRsaGcm, TLS_FALLBACK_SCSV]
  const inappropriateFallback = { kind: 'alert', level: 2, description: 86 }
  t.match(
    await askHello(stage.port, hello({ serverName: MTLS_DOMAIN, suites })),
    inappropriateFallback,
  )
})
