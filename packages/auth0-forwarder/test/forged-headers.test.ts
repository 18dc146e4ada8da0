import fc from 'fast-check'
import t from 'tap'
import { apiKey, pki, requestOf, startEdge } from './edge-in-test.ts'

const victim = { kind: 'ca-verified', raw: pki.client().der } as const

/*
 * The attack: Auth0 believes `client-certificate` from whoever knows the `cname-api-key`. The edge knows it and adds it
 * to every request. A client that gets a header past the edge which Auth0, or a server in front of it, reads as
 * `client-certificate` is whomever it likes: here the victim, whose certificate is public.
 */
const forged = encodeURIComponent(pki.client().pem)

const spellings = [
  'client-certificate',
  'Client-Certificate',
  'CLIENT-CERTIFICATE',
  'client_certificate',
  'Client_Certificate',
  'client.certificate',
  'client~certificate',
  'client!certificate',
  'client--certificate',
  'client-certificate-',
  '-client-certificate',
  'client-certificate_',
  'clientcertificate',
  'ClientCertificate',
  'x-client-certificate',
  'http-client-certificate',
  'HTTP_CLIENT_CERTIFICATE',
  'http-http-client-certificate',
  'client-certificate-ca-verified',
  'Client_Certificate_CA_Verified',
  'client-certificate_ca-verified',
  'client.certificate.ca.verified',
  'cname-api-key',
  'CNAME-API-KEY',
  'cname_api_key',
  'cname.api.key',
  'cnameapikey',
  'x-cname-api-key',
  'http-cname-api-key',
]

const ourNames = [
  'x-forwarded-for',
  'cname-api-key',
  'client-certificate',
  'client-certificate-ca-verified',
]

for (const host of ['the alias', 'the custom domain'] as const) {
  t.test(`no spelling of our headers reaches the target on ${host}`, async (t) => {
    const clientCertificate = host === 'the alias' ? victim : null
    const { upstream, send } = await startEdge(t, { clientCertificate })
    const expected = host === 'the alias' ? ourNames : ourNames.slice(0, 2)
    for (const spelling of spellings) {
      upstream.forget()
      const attack = requestOf('GET /userinfo', [
        `${spelling}: ${forged}`,
        `${spelling}: again`,
        'x-probe: 1',
      ])
      const response = await send(attack)
      t.equal(response?.status, 200, spelling)
      const [reached] = upstream.requests
      const names = reached?.rawHeaders.filter((_, at) => at % 2 === 0) ?? []
      t.same(names, ['host', 'connection', 'x-probe', ...expected], spelling)
      t.same(reached?.valuesOf('cname-api-key'), [apiKey], spelling)
      t.notOk(reached?.rawHeaders.includes('again'), spelling)
    }
  })
}

/*
 * The attack: one header line that the edge reads as another than the target does: white space before the colon, a
 * folded line, a bare line end. Node's parser refuses them today; none may come through should it become lenient.
 */
const malformed = [
  'client-certificate : forged',
  'client-certificate\t: forged',
  'x-probe: 1\r\n client-certificate: forged',
  'x-probe: 1\r\n\tclient-certificate: forged',
  'x-probe: 1\rclient-certificate: forged',
  'x-probe: 1\nclient-certificate: forged',
  'x-probe: 1\0\r\nclient-certificate: forged',
  'client-certificate\0: forged',
  '\x0bclient-certificate: forged',
  'cl\xefent-certificate: forged',
  ': client-certificate: forged',
  'client-certificate',
  'client certificate: forged',
]

t.test('no malformed header line becomes one of ours', async (t) => {
  const { upstream, send } = await startEdge(t, { clientCertificate: victim })
  for (const line of malformed) {
    upstream.forget()
    const response = await send(requestOf('GET /userinfo', [line]))
    t.ok(response?.status === 400 || response?.status === 200, JSON.stringify(line))
    const sent = upstream.requests.flatMap((request) => request.rawHeaders).join('\n')
    t.notMatch(sent, 'forged', JSON.stringify(line))
    t.equal(upstream.requests.length, response?.status === 200 ? 1 : 0, JSON.stringify(line))
  }
})

t.test('no name that folds to one of ours passes, however it is made', async (t) => {
  const { upstream, connect } = await startEdge(t, { clientCertificate: victim })
  const connection = await connect()
  const separator = fc.stringMatching(/^[-_.~!#$%&'*+^`|]{0,2}$/)
  const disguised = fc
    .tuple(
      fc.constantFrom('', 'x', 'X', 'http', 'HTTP', 'x-http', 'auth0'),
      fc.constantFrom(...ourNames.slice(1)),
      fc.array(fc.tuple(separator, fc.boolean()), { minLength: 30, maxLength: 30 }),
      fc.boolean(),
    )
    .map(([prefix, name, dress, keepsHyphens]) => {
      const letters = [...name].filter((letter) => keepsHyphens || letter !== '-')
      const dressed = letters.map((letter, at) => {
        const [before, isUpper] = dress[at % dress.length] ?? ['', false]
        return before + (isUpper ? letter.toUpperCase() : letter)
      })
      return prefix + dressed.join('')
    })
  await fc.assert(
    fc.asyncProperty(disguised, async (name) => {
      upstream.forget()
      const response = await connection.request(requestOf('GET /', [`${name}: forged`]))
      if (response.status !== 200) throw new Error(`${name}: ${response.status}`)
      const values = upstream.requests[0]?.rawHeaders ?? []
      if (values.includes('forged')) throw new Error(`${name} came through`)
    }),
    { numRuns: 300 },
  )
  connection.destroy()
})

/*
 * The attack: trailers come after the headers have been looked at, and some servers merge them into the headers.
 */
t.test('trailers of a request are dropped', async (t) => {
  const { upstream, send } = await startEdge(t, { clientCertificate: victim })
  const body = `4\r\na=bc\r\n0\r\nclient-certificate: ${forged}\r\nx-later: 1\r\n\r\n`
  const headers = ['Trailer: client-certificate', 'Transfer-Encoding: chunked', 'Content-Type: a/b']
  t.equal((await send(requestOf('POST /oauth/token', headers, body)))?.status, 200)
  const [reached] = upstream.requests
  await reached?.ended
  t.same(reached?.rawTrailers, [])
  t.equal(reached?.valuesOf('trailer').length, 0)
  t.not(reached?.headers['client-certificate'], forged)
  t.equal(reached?.body.toString(), 'a=bc')
})
