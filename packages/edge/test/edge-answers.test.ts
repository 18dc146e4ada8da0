import type { WireResponse } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { ALIAS, CUSTOM, clients, request, startEdgeStage } from './edge-stage.ts'

const client = clients.client()

/** The contract: JSON as in RFC 6749 section 5.2, kept by nobody in between. */
function checkAnswer(
  t: Test,
  response: WireResponse,
  [status, error, reason]: readonly [number, string, string],
  name: string,
): void {
  t.equal(response.status, status, name)
  t.match(
    response.headers,
    { 'content-type': /^application\/json/, 'cache-control': 'no-store' },
    name,
  )
  const body: { error: string; error_description: string } = JSON.parse(response.text)
  t.same(Object.keys(body), ['error', 'error_description'], name)
  t.equal(body.error, error, name)
  t.match(
    body.error_description,
    new RegExp(`^${reason}: [\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]+$`),
    name,
  )
}

t.test('the answers of the alias', async (t) => {
  const { ask, upstream } = await startEdgeStage(t)
  const cases = [
    ['no certificate', request('POST /oauth/token'), null, 401, 'invalid_client', 'no_certificate'],
    [
      'a stranger',
      request('POST /oauth/par'),
      clients.client({ signingKey: client }),
      401,
      'invalid_client',
      'bad_signature',
    ],
    [
      'no certificate, userinfo',
      request('GET /userinfo'),
      null,
      401,
      'invalid_token',
      'no_certificate',
    ],
    [
      'a path outside',
      request('GET /authorize'),
      client,
      404,
      'invalid_request',
      'path_not_allowed',
    ],
    [
      'a path outside, no certificate',
      request('GET /'),
      null,
      404,
      'invalid_request',
      'path_not_allowed',
    ],
    [
      'a path spelt otherwise',
      request('POST /oauth/token/'),
      client,
      404,
      'invalid_request',
      'path_not_allowed',
    ],
    [
      'a path in capitals',
      request('POST /OAuth/token'),
      client,
      404,
      'invalid_request',
      'path_not_allowed',
    ],
    [
      'a bad escape',
      request('POST /oauth%zz/token'),
      client,
      400,
      'invalid_request',
      'malformed_request',
    ],
    [
      'a method outside',
      request('DELETE /oauth/token'),
      client,
      405,
      'invalid_request',
      'method_not_allowed',
    ],
    [
      'a method that the router does not know',
      request('PROPFIND /oauth/token'),
      client,
      405,
      'invalid_request',
      'method_not_allowed',
    ],
    [
      'another host',
      request('POST /oauth/token', '', CUSTOM),
      client,
      421,
      'invalid_request',
      'misdirected_request',
    ],
    [
      'an unknown host',
      request('POST /oauth/token', '', 'example.org'),
      client,
      421,
      'invalid_request',
      'misdirected_request',
    ],
    [
      'two hosts',
      request('POST /oauth/token', `Host: ${ALIAS}\r\n`),
      client,
      400,
      'invalid_request',
      'bad_host',
    ],
    [
      'HTTP/2.0 as text',
      `POST /oauth/token HTTP/2.0\r\nHost: ${ALIAS}\r\n\r\n`,
      client,
      400,
      'invalid_request',
      '[a-z_]+',
    ],
    [
      'no HTTP at all',
      'HELO example.org\r\n\r\n',
      client,
      400,
      'invalid_request',
      'malformed_request',
    ],
    [
      'absolute form',
      request(`POST https://${ALIAS}/oauth/token`),
      client,
      400,
      'invalid_request',
      '[a-z_]+',
    ],
    [
      'obfuscated framing',
      request('POST /oauth/token', 'Transfer-Encoding: xchunked\r\n'),
      client,
      400,
      'invalid_request',
      '[a-z_]+',
    ],
    [
      'CONNECT',
      `CONNECT example.org:443 HTTP/1.1\r\nHost: ${ALIAS}\r\n\r\n`,
      client,
      400,
      'invalid_request',
      '[a-z_]+',
    ],
    [
      'a body over the limit',
      request('POST /oauth/token', 'Content-Length: 1048577\r\n'),
      client,
      413,
      'invalid_request',
      'body_too_large',
    ],
    [
      'headers over the limit',
      request('POST /oauth/token', `X: ${'x'.repeat(20_000)}\r\n`),
      client,
      431,
      'invalid_request',
      'headers_too_large',
    ],
  ] as const
  for (const [name, bytes, certificate, ...expected] of cases) {
    const response = await ask({ bytes, ...(certificate === null ? {} : { certificate }) })
    checkAnswer(t, response, expected, name)
    const { status, headers } = response
    const { allow, connection } = headers
    if (status === 405) t.equal(allow, 'POST', name)
    if (status === 400 || status === 413) t.equal(connection, 'close', name)
    if (expected[1] === 'invalid_token') t.match(headers['www-authenticate'], /^Bearer/, name)
    t.equal(headers['strict-transport-security'], undefined, 'the alias says nothing of HSTS')
  }
  t.equal(upstream.requests.length, 0, 'nothing reached the target')
})

t.test('what the upstream fails at is told without its words', async (t) => {
  const stage = await startEdgeStage(t)
  await stage.upstream.close()
  const response = await stage.ask({ bytes: request('POST /oauth/token'), certificate: client })
  checkAnswer(t, response, [502, 'temporarily_unavailable', 'upstream_unreachable'], 'unreachable')
  t.notMatch(response.text, /ECONN|127\.0\.0\.1|localhost|undici/i)
  t.match(stage.output(), /ECONNREFUSED/, 'the log knows the cause')
})

t.test("Auth0's own answers pass as they are, errors too", async (t) => {
  const { ask, upstream } = await startEdgeStage(t)
  upstream.answerWith(({ response }) => {
    response.writeHead(403, { 'content-type': 'application/json', 'dpop-nonce': 'n' })
    response.end('{"error":"access_denied"}')
  })
  const response = await ask({ bytes: request('POST /oauth/token'), certificate: client })
  t.match(response, {
    status: 403,
    text: '{"error":"access_denied"}',
    headers: { 'dpop-nonce': 'n' },
  })
})
