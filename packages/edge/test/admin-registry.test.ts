import { createPki } from '@mtls-edge/testkit'
import t from 'tap'
import { startAdminStage } from './admin-stage.ts'
import { ALIAS, CUSTOM, clients } from './edge-stage.ts'
import { pki } from './registry-stage.ts'

const one = pki.selfSignedClient({ subject: { CN: 'client one' } })
const two = pki.selfSignedClient({ subject: { CN: 'client two' } })

t.test('previews a certificate: decoded, the verdict now and once it is registered', async (t) => {
  const stage = await startAdminStage(t, (domain) => ({
    ...domain,
    clientCertificates: { ...domain.clientCertificates, selfSigned: 'registered' },
  }))
  const strange = createPki().client()
  const pem = one.pem + clients.client().pem + strange.pem
  const { status, body } = await stage.call('/api/v1/registry/preview', {
    method: 'POST',
    body: { pem, domain: ALIAS },
  })
  t.equal(status, 200)
  t.match(body, {
    previews: [
      {
        thumbprint: one.thumbprint,
        registration: null,
        now: {
          verdict: 'refused',
          reason: 'not_registered',
          customDomain: CUSTOM,
          certificate: { subject: 'CN=client one', thumbprint: one.thumbprint },
        },
        onceActive: { verdict: 'self-signed', reason: null, headers: [{ name: 'host' }] },
      },
      { now: { verdict: 'ca-verified' }, onceActive: { verdict: 'ca-verified' } },
      { now: { verdict: 'refused', reason: 'untrusted_issuer' } },
    ],
  })
  t.notMatch(JSON.stringify(body), 'the-api-key-that-nobody-may-see')
})

t.test(
  'a preview of what is no certificate says so, and a malformed one is a verdict',
  async (t) => {
    const stage = await startAdminStage(t)
    const preview = (pem: string) =>
      stage.call('/api/v1/registry/preview', { method: 'POST', body: { pem } })
    t.match(await preview('some words'), { status: 400, body: { code: 'invalid_request' } })
    const broken = `-----BEGIN CERTIFICATE-----\n${'AAAA'.repeat(20)}\n-----END CERTIFICATE-----\n`
    t.match(await preview(broken), {
      status: 200,
      body: { previews: [{ thumbprint: null, now: { verdict: 'refused', certificate: null } }] },
    })
    t.match(await preview(one.pem.repeat(21)), { status: 400, body: { message: /more than 20/ } })
  },
)

t.test('never takes a private key, and neither keeps nor logs it', async (t) => {
  const stage = await startAdminStage(t)
  const secret = one.keyPem.split('\n')[1] ?? ''
  for (const pem of [one.keyPem, one.pem + one.keyPem]) {
    const refused = await stage.call('/api/v1/registry/preview', { method: 'POST', body: { pem } })
    t.match(refused, { status: 400, body: { code: 'private_key' } })
    t.notMatch(refused.text, secret)
  }
  const bare = await stage.call('/api/v1/registry/preview', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: one.keyPem,
  })
  t.match(bare, { status: 400 })
  t.notMatch(bare.text, secret)
  t.notMatch(stage.output(), secret)
})

t.test('wants a domain where there are several, and only one of them', async (t) => {
  const stage = await startAdminStage(t)
  const entries = (query: string) => stage.call(`/api/v1/registry/entries?${query}`)
  t.match(await entries(''), { status: 200, body: { items: [], next: null } })
  t.equal((await entries(`domain=${ALIAS}.`)).status, 200)
  t.match(await entries('domain=c.example.com'), {
    status: 400,
    body: { message: `the domain is none of the configuration: choose from ${CUSTOM}` },
  })
  for (const query of ['limit=0', 'limit=x', 'state=gone', 'after=%00', 'unknown=1']) {
    t.match(await entries(query), { status: 400, body: { code: 'invalid_request' } }, query)
  }
})

t.test('says that there is no registry', async (t) => {
  const stage = await startAdminStage(t, undefined, { settings: { registry: undefined } })
  const listed = await stage.call('/api/v1/registry/entries')
  t.match(listed, { status: 409, body: { code: 'no_registry' } })
  t.match(await stage.call('/api/v1/domains'), {
    body: { registry: false, domains: [{ customDomain: CUSTOM, mtlsDomain: ALIAS }] },
  })
})

t.test('an unknown thumbprint is not found', async (t) => {
  const stage = await startAdminStage(t)
  const path = `/api/v1/registry/entries/${two.thumbprint}`
  t.match(await stage.call(path), { status: 404, body: { code: 'not_found' } })
  t.equal((await stage.call('/api/v1/registry/entries/abcd')).status, 400)
})
