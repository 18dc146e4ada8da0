import t from 'tap'
import { requestOf, startEdge } from './edge-in-test.ts'

const dropped = {
  'hop-by-hop': [
    'keep-alive: timeout=5',
    'proxy-connection: keep-alive',
    'proxy-authorization: Basic eDp5',
    'proxy-authenticate: Basic',
    'Proxy: http://attacker.example',
    'te: trailers',
    'trailer: x-later',
    'http2-settings: AAMAAABkAAQCAAAAAAIAAAAA',
    'http-connection: close',
    'http-te: trailers',
    'http-proxy-authorization: Basic eDp5',
    'Transfer--Encoding: chunked',
    'up-grade: h2c',
  ],
  framing: [
    'expect: 100-continue',
    'Expect: 100-Continue',
    'http-host: attacker.example',
    'HTTP-HTTP-Host: attacker.example',
    'http-content-length: 5',
    'contentlength: 5',
    'http-via: 1.1 attacker',
  ],
  forwarding: [
    'forwarded: for=192.0.2.1;host=attacker.example',
    'x-forwarded-for: 192.0.2.1',
    'X_Forwarded_For: 192.0.2.1',
    'x-forwarded-host: attacker.example',
    'x-forwarded-proto: http',
    'x-forwarded-client-cert: Hash=00',
    'x-real-ip: 192.0.2.1',
    'x-client-ip: 192.0.2.1',
    'x-cluster-client-ip: 192.0.2.1',
    'true-client-ip: 192.0.2.1',
    'True_Client_IP: 192.0.2.1',
    'cf-connecting-ip: 192.0.2.1',
    'cf-connecting-ipv6: 2001:db8::1',
    'cf-ray: 1',
    'x-azure-clientip: 192.0.2.1',
    'x-azure-socketip: 192.0.2.1',
    'fastly-client-ip: 192.0.2.1',
    'x-remote-addr: 192.0.2.1',
    'x-remote-ip: 192.0.2.1',
    'x-connecting-ip: 192.0.2.1',
    'x-originating-ip: 192.0.2.1',
    'x-envoy-external-address: 192.0.2.1',
    'x-proxyuser-ip: 192.0.2.1',
    'x-original-url: /admin',
    'x-original-host: attacker.example',
    'x-rewrite-url: /admin',
    'x-http-method-override: DELETE',
    'x-method-override: DELETE',
    'x-host: attacker.example',
    'via: 1.1 attacker',
  ],
  "other edges' certificate headers": [
    'client-cert: :MIIB:',
    'client-cert-chain: :MIIB:',
    'x-client-cert: MIIB',
    'x-client-cert-dn: CN=victim',
    'ssl-client-cert: MIIB',
    'ssl-client-verify: SUCCESS',
    'x-ssl-client-cert: MIIB',
    'x-ssl-client-s-dn: CN=victim',
    'x-amzn-mtls-clientcert: MIIB',
    'x-amzn-mtls-clientcert-leaf: MIIB',
    'x-arr-clientcert: MIIB',
    'x-amzn-mtls-leaf: MIIB',
    'x-client-verify: SUCCESS',
    'x-client-dn: CN=victim',
    'x-mtls-subject: CN=victim',
    'x-tls-peer: CN=victim',
  ],
  'an id for the logs of others': ['x-request-id: 1', 'X-Request-ID: 1', 'http-x-request-id: 1'],
  'names that servers fold or that are not names of fields': [
    'x_probe: 1',
    'x.probe: 1',
    "x'probe: 1",
    '__proto__: 1',
    '-: 1',
    'http-: 1',
  ],
}

t.test('headers of another hop, and what a server behind might believe, are dropped', async (t) => {
  const { upstream, send } = await startEdge(t)
  for (const [kind, lines] of Object.entries(dropped)) {
    for (const line of lines) {
      upstream.forget()
      t.equal((await send(requestOf('GET /userinfo', [line])))?.status, 200, line)
      const [reached] = upstream.requests
      const names = reached?.rawHeaders.filter((_, at) => at % 2 === 0)
      t.same(names, ['host', 'connection', 'x-forwarded-for', 'cname-api-key'], `${kind}: ${line}`)
      t.same(reached?.valuesOf('x-forwarded-for'), ['127.0.0.1'], line)
    }
  }
})

const passed = [
  'Authorization: DPoP eyJ.a.b',
  'Authorization: Bearer eyJ.a.b',
  'DPoP: eyJ.proof.sig',
  'x-fapi-interaction-id: 93bac548-d2de-4546-b106-880a5018460d',
  'x-fapi-auth-date: Tue, 11 Sep 2012 19:43:31 GMT',
  'x-fapi-customer-ip-address: 192.0.2.7',
  'auth0-forwarded-for: 192.0.2.7',
  'Auth0-Client: eyJuYW1lIjoiYXV0aDAuanMifQ==',
  'User-Agent: node',
  'Accept: application/json',
  'Accept-Encoding: gzip, br',
  'Cookie: did=s%3Av0%3A1; auth0=s%3A2',
  'Origin: https://app.example.com',
  'Referer: https://app.example.com/cb',
  'If-None-Match: "33a64df5"',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'x-latin: caf\xe9 \xff',
]

t.test('everything else passes, name and value as the client spelt them', async (t) => {
  const { upstream, send } = await startEdge(t)
  for (const line of passed) {
    upstream.forget()
    t.equal((await send(requestOf('GET /userinfo', [line])))?.status, 200, line)
    const raw = upstream.requests[0]?.rawHeaders ?? []
    const at = line.indexOf(':')
    const index = raw.indexOf(line.slice(0, at))
    t.ok(index > 0, line)
    t.equal(raw[index + 1], line.slice(at + 2), line)
  }
})

t.test('several fields of one name stay several, in their order', async (t) => {
  const { upstream, send } = await startEdge(t)
  await send(requestOf('GET /', ['x-many: 1', 'x-other: 2', 'X-Many: 3']))
  t.same(upstream.requests[0]?.rawHeaders.slice(4, 10), [
    'x-many',
    '1',
    'x-other',
    '2',
    'X-Many',
    '3',
  ])
})

t.test('several cookies become one field, in their order and however they are spelt', async (t) => {
  const { upstream, send } = await startEdge(t)
  await send(requestOf('GET /', ['Cookie: did=1', 'x-other: 2', 'COOKIE: auth0=3']))
  t.same(upstream.requests[0]?.rawHeaders.slice(4, 8), ['Cookie', 'did=1; auth0=3', 'x-other', '2'])
})

t.test('Host and SNI are those of the forwarding target', async (t) => {
  const { upstream, send } = await startEdge(t)
  t.equal((await send(requestOf('GET /')))?.status, 200)
  const [reached] = upstream.requests
  t.same(reached?.valuesOf('host'), [`localhost:${upstream.port}`])
  t.equal(reached?.servername, 'localhost')
})

t.test('the names of one attack after the other do not fill the memory of names', async (t) => {
  const { upstream, send } = await startEdge(t)
  for (let round = 0; round < 6; round += 1) {
    const made = Array.from({ length: 120 }, (_, at) => `x-${round}-${at}: 1`)
    await send(requestOf('GET /', [...made, 'client_certificate: forged']))
    t.equal(upstream.requests[round]?.rawHeaders.length, 2 * (120 + 4))
  }
})
