/*
 * The attack: an answer in pieces. A request that waits with its body is told "100 Continue", behind the answer to the one before it on
 * the connection. Node keeps that back until then, and put the head of the next answer in front of it where its body was bytes: the
 * first bytes of that answer's body were then "HTTP/1.1 100 Continue", and its own stood where the next answer should begin. Whoever
 * shares the connection, behind a proxy above all, took one client's answer for another's.
 */
import t, { type Test } from 'tap'
import { requestOf, startEdge } from './edge-in-test.ts'
import { startRawTarget, whole } from './raw-target.ts'

const TOKEN = '{"access_token":"of the second"}'
const type = 'Content-Type: application/json\r\n'
const length = `Content-Length: ${TOKEN.length}\r\n`
const large = 'x'.repeat(100_000)

/** Sends two requests at once, of which the first is answered when the answer to the second, which expects, has come from the target. */
async function ask(t: Test, answer: string, isCut = false) {
  let releaseFirst = (): unknown => t.fail('the first request has not come')
  const target = await startRawTarget(t, (socket, { requests }) => {
    const path = requests.at(-1)?.path
    if (path === '/first') releaseFirst = () => socket.write(whole('first'))
    else if (path === '/second') socket.write(answer, () => isCut && socket.end())
    else socket.write(whole('other'))
  })
  const { connect } = await startEdge(t, { options: { forwardingTarget: target.origin } })
  const [client, other] = [await connect(), await connect()]
  t.teardown(() => {
    client.destroy()
    other.destroy()
  })
  client.write(requestOf('GET /first'))
  while (target.requests.length < 1) await other.request(requestOf('GET /other'))
  const expecting = ['Expect: 100-continue', 'Content-Length: 3']
  client.write(requestOf('POST /second', expecting, 'a=b') + requestOf('GET /third'))
  const isAsked = () => target.requests.some(({ path }) => path === '/second')
  while (!isAsked()) await other.request(requestOf('GET /other'))
  // What has come from the target by now has been handed on when these are answered.
  for (let times = 0; times < 10; times += 1) await other.request(requestOf('GET /other'))
  releaseFirst()
  t.equal((await client.nextResponse('GET')).text, 'first')
  return client
}

const answers: Readonly<Record<string, readonly [bytes: string, body: string]>> = {
  'in one piece': [`HTTP/1.1 200 OK\r\n${type}${length}\r\n${TOKEN}`, TOKEN],
  'without a type': [`HTTP/1.1 200 OK\r\n${length}\r\n${TOKEN}`, TOKEN],
  'in chunks': [
    `HTTP/1.1 200 OK\r\n${type}Transfer-Encoding: chunked\r\n\r\n20\r\n${TOKEN}\r\n0\r\n\r\n`,
    TOKEN,
  ],
  'that streams': [`HTTP/1.1 200 OK\r\n${type}Content-Length: 100000\r\n\r\n${large}`, large],
  'without a body': ['HTTP/1.1 204 No Content\r\n\r\n', ''],
}

for (const [kind, [bytes, body]] of Object.entries(answers)) {
  t.test(`an answer ${kind} comes behind its "100 Continue", and nothing into it`, async (t) => {
    const client = await ask(t, bytes)
    t.match(await client.nextResponse('POST'), { informational: [100], text: body })
    t.match(await client.nextResponse('GET'), { informational: [], text: 'other' })
    t.equal(client.unread().length, 0)
  })
}

t.test('one that is broken off while it waits for its turn is none', async (t) => {
  const bytes = `HTTP/1.1 200 OK\r\n${type}Content-Length: 100000\r\n\r\n${TOKEN}`
  const client = await ask(t, bytes, true)
  t.match(await client.nextResponse('POST'), {
    informational: [100],
    status: 502,
    text: /UPSTREAM_/,
  })
  t.equal((await client.nextResponse('GET')).text, 'other')
})

t.test('a client that leaves while it waits takes its request with it', async (t) => {
  let closed = 0
  const target = await startRawTarget(t, (socket, { requests }) => {
    if (requests.at(-1)?.path === '/second') {
      socket.once('close', () => closed++)
      socket.write(`HTTP/1.1 200 OK\r\n${type}Content-Length: 9000000\r\n\r\n${large}`)
    }
  })
  const { connect } = await startEdge(t, { options: { forwardingTarget: target.origin } })
  const client = await connect()
  const expecting = ['Expect: 100-continue', 'Content-Length: 3']
  client.write(requestOf('GET /first') + requestOf('POST /second', expecting, 'a=b'))
  while (target.requests.length < 2) await new Promise(setImmediate)
  client.destroy()
  while (closed < 1) await new Promise(setImmediate)
  t.pass('the target is not asked for the rest')
})
