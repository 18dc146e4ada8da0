import { spawn } from 'node:child_process'
import type { UpstreamRequest } from '@mtls-edge/testkit'
import t from 'tap'
import { ALIAS, API_KEY, CUSTOM, clients, request, startEdgeStage } from './edge-stage.ts'

const FORGED = [
  'client-certificate: forged',
  'Client_Certificate: forged',
  'CLIENT-CERTIFICATE-CA-VERIFIED: SUCCESS',
  'client.certificate.ca.verified: SUCCESS',
  'cname-api-key: forged',
  'X-Forwarded-For: 192.0.2.1',
  'Forwarded: for=192.0.2.1',
]
  .map((line) => `${line}\r\n`)
  .join('')

/** All values under a name, as a server that folds separators would find them. */
function valuesOf(request: UpstreamRequest | undefined, name: string): string[] {
  const values: string[] = []
  const { rawHeaders = [] } = request ?? {}
  for (let index = 0; index < rawHeaders.length; index += 2)
    if ((rawHeaders[index] ?? '').toLowerCase().replace(/[^a-z0-9]/g, '-') === name)
      values.push(rawHeaders[index + 1] ?? '')
  return values
}

t.test(
  'the alias sends the certificate of the connection, whatever the request says',
  async (t) => {
    const { ask, upstream } = await startEdgeStage(t)
    const kinds = [
      [clients.client(), 'SUCCESS'],
      [clients.selfSignedClient(), 'FAILED:self-signed certificate'],
    ] as const
    for (const [certificate, verified] of kinds) {
      upstream.forget()
      const bytes = request('POST /oauth/token', FORGED, ALIAS, 'grant_type=client_credentials')
      t.equal((await ask({ bytes, certificate })).status, 200)
      const [forwarded] = upstream.requests
      t.same(valuesOf(forwarded, 'client-certificate').map(decodeURIComponent), [certificate.pem])
      t.same(valuesOf(forwarded, 'client-certificate-ca-verified'), [verified])
      t.same(valuesOf(forwarded, 'cname-api-key'), [API_KEY])
      t.same(valuesOf(forwarded, 'x-forwarded-for'), ['127.0.0.1'])
      t.same(valuesOf(forwarded, 'forwarded'), [])
      t.same(valuesOf(forwarded, 'host'), [`localhost:${upstream.port}`])
      t.equal(forwarded?.servername, 'localhost')
      t.equal(String(forwarded?.body), 'grant_type=client_credentials')
    }
  },
)

t.test(
  'the custom domain forwards browsers, and no certificate header in any spelling',
  async (t) => {
    const { ask, upstream } = await startEdgeStage(t)
    const bytes = request('GET /authorize?client_id=a&state=%2f', FORGED, CUSTOM)
    const response = await ask({ bytes, servername: CUSTOM })
    t.equal(response.status, 200)
    t.match(response.headers['strict-transport-security'], /^max-age=\d+/)
    const [forwarded] = upstream.requests
    t.equal(forwarded?.url, '/authorize?client_id=a&state=%2f')
    t.same(valuesOf(forwarded, 'client-certificate'), [])
    t.same(valuesOf(forwarded, 'client-certificate-ca-verified'), [])
    t.same(valuesOf(forwarded, 'cname-api-key'), [API_KEY])
  },
)

t.test("the upstream's own HSTS stays", async (t) => {
  const { ask, upstream } = await startEdgeStage(t)
  upstream.answerWith(({ response }) => {
    response.setHeader('strict-transport-security', 'max-age=1; preload')
    response.end()
  })
  const response = await ask({ bytes: request('GET /', '', CUSTOM), servername: CUSTOM })
  t.equal(response.headers['strict-transport-security'], 'max-age=1; preload')
})

t.test('the custom domain asks nobody for a certificate, the alias everybody', async (t) => {
  const { edge } = await startEdgeStage(t)
  t.equal(await isAskedForCertificate(edge.port, CUSTOM), false)
  t.equal(await isAskedForCertificate(edge.port, ALIAS), true)
})

t.test('a method that is not served is a 405 that says which are', async (t) => {
  const { ask, upstream } = await startEdgeStage(t)
  for (const method of ['PROPFIND', 'PURGE', 'M-SEARCH']) {
    const response = await ask({ bytes: request(`${method} /`, '', CUSTOM), servername: CUSTOM })
    t.equal(response.status, 405, method)
    t.match(response.headers, { allow: /GET.*POST/ }, method)
    t.match(JSON.parse(response.text), { error: 'invalid_request' }, method)
  }
  t.equal(upstream.requests.length, 0)
})

t.test(
  'publicTraffic: reject answers 404 on the custom domain and leaves the alias as it is',
  async (t) => {
    const { ask, upstream } = await startEdgeStage(t, (domain) => ({
      ...domain,
      publicTraffic: 'reject',
    }))
    const response = await ask({ bytes: request('GET /authorize', '', CUSTOM), servername: CUSTOM })
    t.equal(response.status, 404)
    t.match(JSON.parse(response.text), {
      error: 'invalid_request',
      error_description: /^public_traffic_rejected: /,
    })
    t.equal(upstream.requests.length, 0)
    t.equal(
      (await ask({ bytes: request('POST /oauth/token'), certificate: clients.client() })).status,
      200,
    )
  },
)

t.test(
  'one name for both: with a certificate the endpoints are certified, without one all is public',
  async (t) => {
    const { ask, upstream } = await startEdgeStage(t, (domain) => ({
      ...domain,
      mtlsDomain: CUSTOM,
    }))
    const expired = clients.client({ notAfter: new Date(Date.now() - 1000) })
    const certificate = clients.client()
    const cases = [
      ['a browser', 'GET /authorize', null, 200, []],
      ['a public client', 'POST /oauth/token', null, 200, []],
      ['a browser that asks before it posts', 'OPTIONS /oauth/token', null, 200, []],
      ['a client with its certificate', 'POST /oauth/token', certificate, 200, ['SUCCESS']],
      ['the same elsewhere', 'GET /.well-known/openid-configuration', certificate, 200, []],
      ['a certificate, the wrong method', 'DELETE /oauth/token', certificate, 405, null],
      ['a certificate that is refused, at an endpoint', 'POST /oauth/token', expired, 401, null],
      ['a certificate that is refused, elsewhere', 'GET /authorize', expired, 401, null],
      ['a path that looks like an endpoint', 'POST //oauth/token', certificate, 404, null],
    ] as const
    for (const [name, line, presented, status, verified] of cases) {
      upstream.forget()
      const response = await ask({
        bytes: request(line, FORGED, CUSTOM),
        servername: CUSTOM,
        ...(presented === null ? {} : { certificate: presented }),
      })
      t.equal(response.status, status, name)
      const values = upstream.requests.map((one) => valuesOf(one, 'client-certificate-ca-verified'))
      t.same(values, verified === null ? [] : [verified], name)
    }
  },
)

/** Whether the handshake holds a CertificateRequest, as OpenSSL's client tells. */
async function isAskedForCertificate(port: number, servername: string): Promise<boolean> {
  const child = spawn(
    'openssl',
    ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', servername, '-tls1_2'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  let output = ''
  for await (const chunk of child.stdout) output += String(chunk)
  return output.includes('Client Certificate Types')
}
