// Two attacks on resumed TLS sessions.
//
// CVE-2025-23419: a client authenticates at one host, keeps the session, and offers it at another host of the same
// server. Where hosts share ticket keys and session context, the session resumes there, with the certificate that the
// first host had asked for and the second never saw: a client of one bank's domain becomes one of another's. Node's
// default is one random key for each server and one context for all, derived from the command line.
//
// nodejs/node#35317: a client without a certificate connects in TLS 1.3 and comes back with its session. The first
// connection is not authorized; the resumed one was, without any certificate.
//
// Beside them, what resumption does by design: expiry, revocation and trust anchors are looked at no more. With
// resumption off, which is the default, nothing resumes at all.
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Issued, openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { createHostServer } from '../../packages/edge/dist/front/index.js'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  get,
  hostOptions,
  MTLS_DOMAIN,
  showConnection,
  startStage,
} from '../../packages/edge/test/front-stage.ts'

const authorities = createAuthorities()
const client = authorities.client({ subject: { CN: 'client-1' } })

const versions = [
  ['TLS 1.2', { maxVersion: 'TLSv1.2' }],
  ['TLS 1.3', { minVersion: 'TLSv1.3' }],
] as const

interface Visit {
  readonly port: number
  readonly servername: string
  readonly certificate?: Issued
  readonly session?: Buffer
  readonly tls: object
}

/** One connection with one request; gives back what the server saw and the last session that the client could keep. */
async function visit({ session, tls, ...options }: Visit) {
  const connection: TlsConnection = await openTlsConnection({
    ...options,
    tls: { ...tls, ...(session && { session }) },
  })
  let kept: Buffer | undefined = connection.socket.getSession()
  connection.socket.on('session', (next: Buffer) => {
    kept = next
  })
  const seen = JSON.parse((await connection.request(get(options.servername))).text)
  // In TLS 1.3 the tickets come before the answer; one turn later they have been reported.
  await new Promise((resolve) => setImmediate(resolve))
  const isReused = connection.socket.isSessionReused()
  connection.destroy()
  return { seen, session: kept, isReused }
}

async function startPlainServer(): Promise<Server> {
  const { serverCertificates, root } = authorities
  const server = createServer(
    {
      cert: serverCertificates.map(({ certificate }) => certificate),
      key: serverCertificates.map(({ key }) => key),
      ca: root.pem,
      requestCert: true,
      rejectUnauthorized: false,
    },
    showConnection,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

for (const [version, tls] of versions) {
  t.test(`the attacker's client does resume, at a server that lets it (${version})`, async (t) => {
    const server = await startPlainServer()
    t.teardown(() => server.close())
    const { port } = server.address() as AddressInfo
    const first = await visit({ port, servername: MTLS_DOMAIN, certificate: client, tls })
    t.ok(first.session)
    const session = first.session ?? Buffer.alloc(0)
    const again = await visit({ port, servername: MTLS_DOMAIN, session, tls })
    t.match(again, { isReused: true, seen: { isReused: true, subject: 'CN=client-1' } })
  })

  t.test(`no session resumes at its own host (${version})`, async (t) => {
    const stage = await startStage({ authorities })
    t.teardown(() => stage.close())
    const { port } = stage
    for (const servername of [MTLS_DOMAIN, CUSTOM_DOMAIN]) {
      const first = await visit({ port, servername, certificate: client, tls })
      const session = first.session ?? Buffer.alloc(0)
      const again = await visit({ port, servername, certificate: client, session, tls })
      t.match(again, { isReused: false, seen: { isReused: false } })
      t.equal(again.seen.subject, first.seen.subject)
    }
    t.same(stage.events, [])
  })

  t.test(`the session of one host is worth nothing at the other (${version})`, async (t) => {
    const stage = await startStage({ authorities })
    t.teardown(() => stage.close())
    const { port } = stage
    for (const [from, to] of [
      [MTLS_DOMAIN, CUSTOM_DOMAIN],
      [CUSTOM_DOMAIN, MTLS_DOMAIN],
    ] as const) {
      const first = await visit({ port, servername: from, certificate: client, tls })
      const session = first.session ?? Buffer.alloc(0)
      const there = await visit({ port, servername: to, session, tls })
      t.match(there, {
        isReused: false,
        seen: { isReused: false, subject: null, authorized: false },
      })
    }
  })

  t.test(`coming back without a certificate is coming without one (${version})`, async (t) => {
    const stage = await startStage({ authorities })
    t.teardown(() => stage.close())
    const visitor = { port: stage.port, servername: MTLS_DOMAIN, tls }
    const without = await visit(visitor)
    t.match(without.seen, { subject: null, authorized: false })
    const resumed = await visit({ ...visitor, session: without.session ?? Buffer.alloc(0) })
    t.match(resumed, { isReused: false, seen: { subject: null, authorized: false } })

    const authenticated = await visit({ ...visitor, certificate: client })
    const session = authenticated.session ?? Buffer.alloc(0)
    const stripped = await visit({ ...visitor, session })
    t.match(stripped, { isReused: false, seen: { subject: null, authorized: false } })
  })

  t.test(`a session from before a reload is worth nothing after it (${version})`, async (t) => {
    const stage = await startStage({ authorities })
    t.teardown(() => stage.close())
    const visitor = { port: stage.port, servername: MTLS_DOMAIN, tls }
    const { session = Buffer.alloc(0) } = await visit({ ...visitor, certificate: client })
    const strangers = createAuthorities()
    stage.front.setHosts([
      [
        MTLS_DOMAIN,
        createHostServer(
          hostOptions({ authorities, mtls: { trustAnchors: [strangers.root.pem] } }, MTLS_DOMAIN),
          showConnection,
        ),
      ],
    ])
    const after = await visit({ ...visitor, certificate: client, session })
    t.match(after, { isReused: false, seen: { subject: 'CN=client-1', authorized: false } })
  })
}

t.test('each host and each server made for it has ticket keys of its own', async (t) => {
  const stages = [await startStage({ authorities }), await startStage({ authorities })]
  t.teardown(() => Promise.all(stages.map((stage) => stage.close())))
  const keys = stages.flatMap(({ customServer, mtlsServer }) =>
    [customServer, mtlsServer].map((server) => server.getTicketKeys().toString('hex')),
  )
  t.equal(new Set(keys).size, 4)
})

t.test('TLS 1.2 hands out no ticket', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({
    port: stage.port,
    servername: MTLS_DOMAIN,
    tls: { maxVersion: 'TLSv1.2' },
  })
  t.equal(connection.socket.getTLSTicket(), undefined)
  connection.destroy()
})
