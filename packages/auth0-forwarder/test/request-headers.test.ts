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
