/*
 * A request is answered before its body has come whole, and its connection is kept. The attack on whoever shares that connection, or on
 * the client itself: where the rest of the body never comes, or is no HTTP, a second answer behind the first would be taken for the
 * answer to the next request.
 */
import type { RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { closeOf, openRudely, read, send } from './front-rude-client.ts'
import { createAuthorities, get, MTLS_DOMAIN, startStage } from './front-stage.ts'

const authorities = createAuthorities()
const post = (field: string): string =>
  `POST / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\n${field}\r\n\r\n`

/** Answers at once and reads nothing. */
const answer: RequestListener = (_request, response) => {
  response.setHeader('content-length', 4).end('done')
}

async function open(t: Test) {
  const limits = { headersTimeout: 200, requestTimeout: 200 }
  const stage = await startStage({ authorities, host: { limits }, listener: answer })
  t.teardown(() => stage.close())
  const errors: unknown[] = []
  stage.mtlsServer.on('clientError', ({ code }: NodeJS.ErrnoException) => errors.push(code))
  return { ...(await openRudely(t, stage, authorities)), errors }
}

const statusesOf = (text: string): readonly string[] => text.match(/HTTP\/1\.1 \d+/g) ?? []

t.test('a body that does not come in its time has no second answer', async (t) => {
  const { client, errors } = await open(t)
  await send(client, `${post('Content-Length: 1000')}x`)
  const timer = setInterval(() => client.write('x'), 50)
  t.teardown(() => clearInterval(timer))
  t.same(statusesOf(await read(client)), ['HTTP/1.1 200'])
  t.same(errors, ['ERR_HTTP_REQUEST_TIMEOUT'], 'and whoever writes the log is told')
})

t.test('nor has one that is no HTTP', async (t) => {
  const { client, server, errors } = await open(t)
  await send(client, post('Transfer-Encoding: chunked'))
  const text = read(client)
  await new Promise((resolve) => client.once('data', resolve))
  await send(client, 'no chunk\r\n')
  t.same(statusesOf(await text), ['HTTP/1.1 200'])
  t.same(errors, ['HPE_INVALID_CHUNK_SIZE'])
  await closeOf(server)
})

t.test('what is wrong behind a body that came to its end is answered', async (t) => {
  const { client } = await open(t)
  const text = read(client)
  for (const bytes of [post('Content-Length: 4'), `body${get(MTLS_DOMAIN)}`]) {
    await send(client, bytes)
    await new Promise((resolve) => client.once('data', resolve))
  }
  await send(client, 'no HTTP\r\n\r\n')
  t.same(statusesOf(await text), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400'])
})
