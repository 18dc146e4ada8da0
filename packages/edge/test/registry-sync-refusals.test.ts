import t from 'tap'
import { pki } from './registry-stage.ts'
import { clientWith, credentialOf, SECRET, setSyncStage } from './registry-sync-stage.ts'

const certificate = pki.selfSignedClient()
const client = clientWith('payments', [certificate])

t.test('says what is wrong with the tenant or with its answers, and adds nothing', async (t) => {
  const badThumbprint = { ...credentialOf(certificate), thumbprint_sha256: 'sha1' }
  const cases = [
    ['no scope for credentials', [client], { scopes: ['read:clients'] }, 'read:client_credentials'],
    ['another secret', [client], { clientSecret: 'another' }, 'AUTH0_CLIENT_SECRET'],
    ['half a list', [client, client], { listLimit: 1 }, 'the list ends after 1 of 2 clients'],
    ['no SHA-256', [{ ...client, credentials: [badThumbprint] }], {}, 'is no SHA-256'],
  ] as const
  for (const [title, clients, options, words] of cases) {
    const stage = await setSyncStage(t, clients, options)
    const { code, stdout, stderr } = await stage.sync('--apply')
    t.equal(code, 1, title)
    t.equal(stdout, '', title)
    t.match(stderr, words, title)
    t.notMatch(stderr, SECRET, title)
    t.equal((await stage.run('export')).out, '', title)
  }
})

/*
 * Whoever stands between the edge and the tenant, with a certificate of another root, wants the application's secret, and
 * would like to have certificates of its own registered. It must not even see a request.
 */
t.test('sends nothing to a server that it can not verify', async (t) => {
  const stage = await setSyncStage(t, [client])
  const ca = stage.write('another.pem', pki.root.pem)
  const { code, stderr } = await stage.sync('--apply', '--auth0-ca', ca)
  t.equal(code, 1)
  t.match(stderr, 'unable to verify')
  t.equal(stage.tenant.requests.length, 0)
})

t.test('refuses a tenant that is more than a host, before anything is sent', async (t) => {
  const stage = await setSyncStage(t, [client])
  const wrong = [
    'https://a.example',
    'a.example/x',
    'user@a.example',
    'a.example#',
    'a b',
    '',
    '-a',
  ]
  for (const host of wrong) {
    const { code, stderr } = await stage.sync(`--auth0-domain=${host}`)
    t.equal(code, 2, host)
    t.match(stderr, 'such as tenant.eu.auth0.com', host)
  }
  t.equal(stage.tenant.requests.length, 0)
})

t.test('wants both credentials in the environment', async (t) => {
  const stage = await setSyncStage(t, [client])
  for (const environment of [{}, { AUTH0_CLIENT_ID: 'm2m' }, { AUTH0_CLIENT_SECRET: SECRET }]) {
    const { code, stderr } = await stage.syncWith(environment)
    t.equal(code, 2)
    t.match(stderr, 'set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET')
    t.notMatch(stderr, SECRET)
  }
})
