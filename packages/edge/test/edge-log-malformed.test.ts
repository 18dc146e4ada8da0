/*
 * The attack: to fill the log. Behind a request that is refused a client sends what is no HTTP, in hundreds of small TLS records, each
 * of which Node's parser would report anew; or it goes on with its body until its time is over, for a line that says what is not so.
 */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { ALIAS, type EdgeStage, request, servers, startEdgeStage } from './edge-stage.ts'

/** The smallest that TLS allows, in bytes. */
const SMALL_RECORD = 512
/** Without Host: 400, and the connection closes. */
const REFUSED = 'POST /oauth/token HTTP/1.1\r\n'

async function open(t: Test, { edge }: EdgeStage): Promise<TLSSocket> {
  const options = {
    host: '127.0.0.1',
    port: edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    // Goes on after the edge has ended its side; the types of tls.connect leave it out.
    allowHalfOpen: true,
  }
  const client = connect(options)
  client.on('error', () => {})
  t.teardown(() => client.destroy())
  await once(client, 'secureConnect')
  client.resume()
  return client
}

/** Of clients, in the order of their names. */
const eventsOf = ({ log }: EdgeStage): unknown[] =>
  log
    .map(({ event }) => event)
    .filter((event) => event === 'request' || event === 'malformed_http')
    .sort()

t.test('bytes that are no HTTP have one line a connection, however many there are', async (t) => {
  const stage = await startEdgeStage(t)
  const client = await open(t, stage)
  client.setMaxSendFragment(SMALL_RECORD)
  client.once('end', () => client.end())
  client.write(`${REFUSED}Transfer-Encoding: chunked\r\n\r\n${'no chunk\r\n'.repeat(2_000)}`)
  await new Promise((resolve) => client.once('close', resolve))
  await pause(100)
  t.same(eventsOf(stage), ['malformed_http', 'request'])
})

t.test('a refused body that never comes to its end is not malformed', async (t) => {
  const limits = { headersTimeout: '1s', bodyTimeout: '1s' }
  const stage = await startEdgeStage(t, undefined, { settings: { limits } })
  const client = await open(t, stage)
  client.write(`${REFUSED}Content-Length: 1000\r\n\r\nx`)
  const timer = setInterval(() => client.write('x'), 50)
  t.teardown(() => clearInterval(timer))
  await new Promise((resolve) => client.once('close', resolve))
  await pause(100)
  t.same(eventsOf(stage), ['request'])
})

t.test(
  'a body that never comes whole behind its answer is written down with the cause',
  async (t) => {
    const limits = { headersTimeout: '1s', bodyTimeout: '1s' }
    const stage = await startEdgeStage(t, undefined, { settings: { limits } })
    const client = await open(t, stage)
    let text = ''
    client.on('data', (part) => {
      text += String(part)
    })
    client.once('end', () => client.end())
    client.write(request('POST /oauth/token', 'Content-Length: 1000\r\n'))
    await new Promise((resolve) => client.once('close', resolve))
    t.match(text, /^HTTP\/1\.1 401 /)
    t.equal(text.split('HTTP/1.1 ').length, 2, 'and has one answer')
    const line = stage.log.find(({ event }) => event === 'malformed_http')
    t.match(line, { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  },
)
