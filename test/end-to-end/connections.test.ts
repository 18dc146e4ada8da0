import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { finished } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import { createPki, openTlsConnection, startRecordingUpstream } from '@mtls-edge/testkit'
import t from 'tap'
import { startEdgeUnderTest } from './edge-under-test.ts'
import { configuredWhereHidden } from './presented-chain.ts'

const CUSTOM = 'auth.example.com'
const ALIAS = 'mtls.auth.example.com'
const REQUESTS = 1000

// Far below the 128 connections that the forwarder opens at the most.
const AT_A_TIME = 4

const pki = createPki()
const client = pki.client()
const upstream = await startRecordingUpstream({ certificate: pki.server('localhost') })
t.teardown(() => upstream.close())
const edge = await startEdgeUnderTest(t, [
  {
    customDomain: CUSTOM,
    mtlsDomain: ALIAS,
    server: pki.server([CUSTOM, ALIAS]),
    forwardingTarget: `https://localhost:${upstream.port}`,
    upstreamRoot: pki.root,
    cnameApiKey: 'the-api-key',
    clientRoots: [pki.root],
    intermediates: configuredWhereHidden(pki),
  },
])

// Parsed once: it costs more than the handshake.
const secureContext = createSecureContext({
  ca: pki.root.pem,
  cert: client.chainPem,
  key: client.keyPem,
})

/** Counts the connections that it opens. */
class CountingAgent extends Agent {
  opened = 0

  override createConnection(...parameters: Parameters<Agent['createConnection']>) {
    this.opened++
    return super.createConnection(...parameters)
  }
}

/** Sends one request and reads the answer to its end. */
async function send(agent: Agent): Promise<number> {
  const outgoing = request({
    agent,
    host: '127.0.0.1',
    port: edge.port,
    servername: ALIAS,
    path: '/userinfo',
    headers: { host: ALIAS },
  })
  outgoing.end()
  const [answer]: IncomingMessage[] = await once(outgoing, 'response')
  answer?.resume()
  await finished(answer ?? outgoing)
  return answer?.statusCode ?? 0
}

/** Sends so many requests, some at a time, and counts the answers by status. */
async function sendMany(agent: Agent, total: number, atATime: number) {
  const statuses = new Map<number, number>()
  let left = total
  async function work() {
    while (left-- > 0) {
      const status = await send(agent)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: atATime }, work))
  return Object.fromEntries(statuses)
}

/** How many resources of a kind keep this process alive; the edge, its clients and Auth0 all live in it. */
function countResources(kind: string): number {
  return process.getActiveResourcesInfo().filter((one) => one === kind).length
}

/** Lets turns pass until it is so; a thing that does not become so shows in the comparison that follows. */
async function waitUntil(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000
  while (!isSo() && Date.now() < deadline) await setImmediate()
}

t.test('answers an HTTP/1.0 client without keep-alive, and closes', async (t) => {
  const connection = await openTlsConnection({
    port: edge.port,
    servername: ALIAS,
    ca: pki.root.pem,
    certificate: client,
  })
  const answer = await connection.request(`GET /userinfo HTTP/1.0\r\nHost: ${ALIAS}\r\n\r\n`)
  t.equal(answer.status, 200)
  t.equal(answer.text, '{"ok":true}')
  t.equal(await connection.waitForClose(), null, 'closed in order')
})

t.test('serves 1,000 requests in a row on one connection', async (t) => {
  const warnings = collectWarnings()
  const agent = new CountingAgent({ keepAlive: true, maxSockets: 1, secureContext })
  await send(agent)
  const before = upstream.connections.opened
  upstream.forget()
  t.same(await sendMany(agent, REQUESTS, 1), { 200: REQUESTS })
  t.equal(upstream.requests.length, REQUESTS, 'each one reached Auth0 once')
  t.equal(agent.opened, 1, 'all on one connection')
  t.equal(upstream.connections.opened, before, 'and one upstream connection served them all')
  agent.destroy()
  t.same(warnings.end(), [], 'no listener was left behind')
})

t.test('serves 1,000 requests on 1,000 connections', async (t) => {
  const warnings = collectWarnings()
  const agent = new CountingAgent({ keepAlive: false, secureContext })
  await send(agent)
  await waitUntil(() => countResources('TCPSocketWrap') <= 2)
  const timers = countResources('Timeout')
  upstream.forget()
  t.same(await sendMany(agent, REQUESTS, AT_A_TIME), { 200: REQUESTS })
  t.equal(agent.opened, REQUESTS + 1, 'each on its own connection')
  t.equal(upstream.requests.length, REQUESTS, 'each one reached Auth0 once')
  const { open } = upstream.connections
  t.ok(open <= AT_A_TIME, `${open} upstream connections, as many as there were requests at a time`)
  // The two ends of every upstream connection are all that may be left.
  await waitUntil(() => countResources('TCPSocketWrap') <= 2 * open)
  t.ok(countResources('TCPSocketWrap') <= 2 * open, 'no socket was left behind')
  await waitUntil(() => countResources('Timeout') <= timers)
  t.equal(countResources('Timeout'), timers, 'no timer was left behind')
  t.same(warnings.end(), [], 'no listener was left behind')
})

/** Node warns when an emitter gathers more listeners than it should. */
function collectWarnings() {
  const warnings: string[] = []
  const note = (warning: Error) => void warnings.push(warning.name)
  process.on('warning', note)
  return {
    end() {
      process.off('warning', note)
      return warnings
    },
  }
}
