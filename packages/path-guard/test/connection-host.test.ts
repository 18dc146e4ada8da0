import { once } from 'node:events'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { pathGuard } from '@mtls-edge/path-guard'
import { createPki } from '@mtls-edge/testkit'
import Fastify from 'fastify'
import { type Test, test } from 'tap'
import { addHandlers, portOf } from './guarded-service.ts'
import { type Answer, readAnswer } from './raw-exchange.ts'

// The attack: a client makes its TLS connection to the custom domain, where no client certificate is asked
// for, or to a tenant whose trust anchors know its certificate, and then names another host in the
// request. A service that routes by Host serves it there with the verdict of the first host (host
// confusion, CVE-2025-23419 and its kin).

const A = 'mtls.a.example'
const B = 'mtls.b.example'
const MISDIRECTED = [421, 'FST_PATH_GUARD_MISDIRECTED_REQUEST'] as const
const PKI = createPki()
const SERVER = PKI.server([A, B])

interface TlsService {
  readonly port: number
  readonly reached: string[]
  /** What Node says of the connections' server names, in turn. */
  readonly serverNames: unknown[]
}

async function startTlsService(t: Test, hosts: readonly string[]): Promise<TlsService> {
  const app = Fastify({ https: { cert: SERVER.chainPem, key: SERVER.keyPem } })
  const reached: string[] = []
  const serverNames: unknown[] = []
  app.server.on('secureConnection', (socket: TLSSocket) => serverNames.push(socket.servername))
  await app.register(pathGuard, { hosts, endpoints: 'any' })
  addHandlers(app, reached)
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  return { port: portOf(app), reached, serverNames }
}

function get(port: number, host: string, tls: ConnectionOptions): Promise<Answer> {
  const socket = connectTls({ port, host: '127.0.0.1', ca: PKI.root.pem, ...tls })
  socket.write(`GET /x HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  return readAnswer(socket)
}

/** SNI off: Node sends the host where there is no name. */
const WITHOUT_NAME: ConnectionOptions = { servername: '', checkServerIdentity: () => undefined }

test('serves a host only on a connection that was made to it', async (t) => {
  const service = await startTlsService(t, [A, B])
  const cases = [
    [A, A, 200],
    [B, B, 200],
    [A, `${A}.:8443`, 200],
    [A, A.toUpperCase(), 200],
    [A, B, 421],
    [B, A, 421],
    [A, 'other.example', 421],
  ] as const
  for (const [servername, host, status] of cases) {
    const answer = await get(service.port, host, { servername })
    t.equal(answer.status, status, `connected to ${servername}, asked for ${host}`)
    if (status === 421) t.equal(answer.code, MISDIRECTED[1])
  }
  t.equal(service.reached.length, 4)
})

test('compares the server name of the connection without case', async (t) => {
  const service = await startTlsService(t, [A, B])
  const tls = { servername: 'MTLS.A.example', checkServerIdentity: () => undefined }
  t.equal((await get(service.port, A, tls)).status, 200)
  t.strictSame(service.serverNames, ['MTLS.A.example'])
})

test('refuses a connection to a name that is not served, whatever Host says', async (t) => {
  const service = await startTlsService(t, [A])
  const tls = { servername: 'other.example', checkServerIdentity: () => undefined }
  for (const host of [A, 'other.example']) {
    const answer = await get(service.port, host, tls)
    t.strictSame([answer.status, answer.code], MISDIRECTED, host)
  }
  t.strictSame(service.reached, [])
})

test('serves a connection without a server name where there is one host to have meant', async (t) => {
  const one = await startTlsService(t, [A])
  t.equal((await get(one.port, A, WITHOUT_NAME)).status, 200)
  const wrong = await get(one.port, B, WITHOUT_NAME)
  t.strictSame([wrong.status, wrong.code], MISDIRECTED)
  t.strictSame(one.serverNames, [false, false])

  const several = await startTlsService(t, [A, B])
  for (const host of [A, B]) {
    const answer = await get(several.port, host, WITHOUT_NAME)
    t.strictSame([answer.status, answer.code], MISDIRECTED, `${host}, one of two`)
  }
  t.strictSame(several.reached, [])
})

test('judges a resumed TLS 1.2 session, which has lost its name, by the same rule', async (t) => {
  for (const [hosts, status] of [
    [[A], 200],
    [[A, B], 421],
  ] as const) {
    const service = await startTlsService(t, hosts)
    const tls: ConnectionOptions = { servername: A, maxVersion: 'TLSv1.2' }
    const session = await takeSession(service.port, tls)
    const socket = connectTls({ port: service.port, ca: PKI.root.pem, ...tls, session })
    const resumed = once(socket, 'secureConnect').then(() => socket.isSessionReused())
    socket.write(`GET /x HTTP/1.1\r\nHost: ${A}\r\n\r\n`)
    const answer = await readAnswer(socket)
    t.ok(await resumed, 'the session was resumed')
    t.strictSame(service.serverNames, [A, false], 'and Node no longer says the name')
    t.equal(answer.status, status, `${hosts.length} hosts`)
  }
})

async function takeSession(port: number, tls: ConnectionOptions): Promise<Buffer> {
  const socket = connectTls({ port, ca: PKI.root.pem, ...tls })
  const session = new Promise<Buffer>((resolve) => socket.once('session', resolve))
  socket.write(`GET /x HTTP/1.1\r\nHost: ${A}\r\n\r\n`)
  await readAnswer(socket)
  return session
}

test('compares nothing on a plain connection, where there is no server name', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(pathGuard, { hosts: [A, B], endpoints: 'any' })
  addHandlers(app, [])
  for (const [host, status] of [
    [A, 200],
    [B, 200],
    ['other.example', 421],
  ] as const) {
    t.equal((await app.inject({ url: '/x', headers: { host } })).statusCode, status, host)
  }
})
