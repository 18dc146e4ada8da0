/*
 * The listeners for operators and for probes answer most requests before their body has come, and keep the connection. The attack on
 * whoever shares that connection, as behind a proxy: where the rest of the body is no HTTP, a second answer behind the first would be
 * taken for the answer to the next request.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { startAdminStage, TOKEN } from './admin-stage.ts'
import { servers } from './edge-stage.ts'

const TLS_FILES = { certificateFile: 'admin.crt', keyFile: 'admin.key' }
const CHUNKED = 'Transfer-Encoding: chunked'

const startPlain = (t: Test) => startAdminStage(t)

function startTls(t: Test) {
  const server = servers.server(['localhost'])
  return startAdminStage(t, undefined, {
    files: { 'admin.crt': server.chainPem, 'admin.key': server.keyPem },
    settings: { admin: { port: 0, token: TOKEN, tls: TLS_FILES } },
  })
}

interface Client {
  readonly socket: Socket
  /** All that has come so far. */
  text(): string
  /** Sends this, and waits for something to come. */
  ask(bytes: string): Promise<void>
  readonly closed: Promise<unknown>
}

function openOn(t: Test, socket: Socket): Client {
  t.teardown(() => socket.destroy())
  let text = ''
  socket.on('data', (part: Buffer) => {
    text += part.toString('latin1')
  })
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  return {
    socket,
    closed,
    text: () => text,
    async ask(bytes) {
      const came = once(socket, 'data')
      socket.write(bytes)
      await came
    },
  }
}

const openPlain = (t: Test, port: number): Client => openOn(t, connect(port, '127.0.0.1'))
const openTls = (t: Test, port: number): Client =>
  openOn(t, connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: servers.root.pem }))

const ask = (line: string, ...fields: readonly string[]): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', ...fields, '', ''].join('\r\n')

const statusesOf = (text: string): readonly string[] => text.match(/HTTP\/1\.1 \d+/g) ?? []

t.test('a body that turns out to be no HTTP has no second answer', async (t) => {
  const [plain, tls] = await Promise.all([startPlain(t), startTls(t)])
  const { healthPort } = plain.edge
  const cases = [
    [401, 'POST /api/v1/registry/entries', openPlain, plain.adminPort],
    [404, 'POST /nothing', openPlain, plain.adminPort],
    [405, 'POST /api/v1/domains', openTls, tls.adminPort],
    [404, 'POST /nothing', openPlain, healthPort],
    [405, 'POST /healthz', openPlain, healthPort],
    [200, 'GET /healthz', openPlain, healthPort],
  ] as const
  for (const [status, line, open, port] of cases) {
    const client = open(t, port)
    await client.ask(ask(line, 'X-Mtls-Edge-Csrf: 1', CHUNKED))
    client.socket.write('no chunk\r\n')
    await client.closed
    t.same(statusesOf(client.text()), [`HTTP/1.1 ${status}`], line)
  }
})

t.test('what is wrong from the start, or behind a whole request, is answered', async (t) => {
  const { adminPort, edge } = await startPlain(t)
  for (const port of [adminPort, edge.healthPort]) {
    const first = openPlain(t, port)
    await first.ask('no HTTP\r\n\r\n')
    await first.closed
    t.same(statusesOf(first.text()), ['HTTP/1.1 400'])
    t.match(first.text(), /^connection: close\r$/im)
    const second = openPlain(t, port)
    await second.ask(ask('POST /nothing', 'Content-Length: 4'))
    await second.ask(`body${ask('GET /nothing')}`)
    await second.ask('no HTTP\r\n\r\n')
    await second.closed
    t.same(statusesOf(second.text()), ['HTTP/1.1 404', 'HTTP/1.1 404', 'HTTP/1.1 400'])
  }
})

t.test('an answer that closes the connection reaches a client that is still sending', async (t) => {
  const { adminPort } = await startPlain(t)
  for (let time = 1; time <= 5; time++) {
    const client = openPlain(t, adminPort)
    client.socket.pause()
    const fields = ['X-Mtls-Edge-Csrf: 1', 'Content-Type: application/json']
    client.socket.write(ask('POST /api/session', ...fields, 'Content-Length: 4000000'))
    await new Promise((resolve) => client.socket.write('x'.repeat(4_000_000), resolve))
    client.socket.resume()
    await client.closed
    t.same(statusesOf(client.text()), ['HTTP/1.1 413'], `the ${time}. time`)
  }
})

t.test('who speaks no TLS to the admin listener gets no HTTP', async (t) => {
  const { adminPort } = await startTls(t)
  const client = openPlain(t, adminPort)
  client.socket.write(ask('GET /'))
  await client.closed
  t.notMatch(client.text(), /HTTP/)
})

/** Half a minute for each request, and with it all that is known of it: who has no token could fill the memory. */
t.test(
  'of a request whose body never came nothing is kept once its client has gone',
  { timeout: 20_000 },
  async (t) => {
    const { adminPort } = await startPlain(t)
    const countTimers = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = countTimers()
    for (let time = 1; time <= 10; time++) {
      const client = openPlain(t, adminPort)
      await client.ask(ask('POST /nothing', 'Content-Length: 4'))
      client.socket.destroy()
      await client.closed
    }
    while (countTimers() > before) await pause(10)
    t.pass('no timer is left')
  },
)
