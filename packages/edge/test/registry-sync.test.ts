import t from 'tap'
import { pki } from './registry-stage.ts'
import { clientWith, credentialOf, setSyncStage } from './registry-sync-stage.ts'

const [both, there, here, unused, refused] = Array.from({ length: 5 }, () => pki.selfSignedClient())
const caSigned = pki.client()
const expired = pki.selfSignedClient({
  notBefore: new Date('2020-01-01'),
  notAfter: new Date('2021-01-01'),
})
if (!both || !there || !here || !unused || !refused) throw new Error('no certificates')

t.test('says what is missing on either side, and changes nothing', async (t) => {
  const stage = await setSyncStage(t, [
    clientWith('payments', [both, there, expired], [unused]),
    clientWith('accounts', [refused]),
  ])
  for (const certificate of [both, here, unused, refused, caSigned, expired]) {
    await stage.run('add', stage.write('one.pem', certificate.pem))
  }
  await stage.run('suspend', refused.thumbprint)
  const before = (await stage.run('export')).out
  const { code, stdout, stderr } = await stage.sync('--json')
  t.equal(code, 1, stderr)
  const report = JSON.parse(stdout)
  t.match(report, { agree: false, agreed: 1, added: 0, domain: 'auth.example.com' })
  const found = report.differences.map(({ thumbprint, kind }: Record<string, string>) => [
    thumbprint,
    kind,
  ])
  t.strictSame(
    new Map(found),
    new Map([
      [there.thumbprint, 'missing_here'],
      [refused.thumbprint, 'refused_here'],
      [here.thumbprint, 'missing_at_auth0'],
      [unused.thumbprint, 'missing_at_auth0'],
    ]),
  )
  t.equal((await stage.run('export')).out, before)
  const table = await stage.sync()
  t.equal(table.code, 1)
  t.match(table.stdout, `${there.thumbprint}  missing here`)
  t.match(table.stdout, `${unused.thumbprint}  missing at Auth0 (unused)`)
  t.match(table.stdout, `${refused.thumbprint}  refused here (suspended)`)
  t.match(table.stdout, '4 differences between auth.example.com and')
})

t.test('adds what is missing here, and never loosens what is refused', async (t) => {
  const stage = await setSyncStage(t, [
    clientWith('payments\u001b[31m', [there]),
    clientWith('accounts', [refused, there]),
  ])
  await stage.run('deny', refused.thumbprint)
  const applied = await stage.sync('--apply')
  t.equal(applied.code, 0, applied.stderr)
  t.match(applied.stdout, '1 added here')
  t.notMatch(applied.stdout, '\u001b')
  const { entry, trail } = JSON.parse((await stage.run('show', there.thumbprint, '--json')).out)
  t.match(entry, {
    state: 'active',
    owner: 'auth0',
    clientName: 'payments [31m, accounts',
    pem: null,
  })
  t.match(entry.notes, 'Auth0 client id-accounts, credential cred_')
  t.match(trail[0].actor, /\(sync\)$/)
  const kept = JSON.parse((await stage.run('show', refused.thumbprint, '--json')).out)
  t.match(kept.entry, { state: 'revoked' })
  t.equal((await stage.sync()).code, 1, 'what is refused here is still a difference')
})

t.test('agrees once everything was added', async (t) => {
  const stage = await setSyncStage(t, [clientWith('payments', [there])])
  t.equal((await stage.sync('--apply')).code, 0)
  const again = await stage.sync('--json')
  t.equal(again.code, 0)
  t.match(JSON.parse(again.stdout), { agree: true, agreed: 1, differences: [] })
})

t.test('reads every page, and no client that uses other methods', async (t) => {
  const others = Array.from({ length: 205 }, (_, index) => ({
    client_id: `other-${index}`,
    name: 'other',
    client_authentication_methods: { private_key_jwt: { credentials: [{ id: 'cred_jwt' }] } },
    credentials: [credentialOf(here)],
  }))
  const stage = await setSyncStage(t, [...others, clientWith('last', [there])])
  const { code, stdout, stderr } = await stage.sync('--json')
  t.equal(code, 1, stderr)
  t.equal(stderr, '')
  t.match(JSON.parse(stdout).differences, [{ thumbprint: there.thumbprint, clientName: 'last' }])
  const paths = stage.tenant.requests.map(({ url }) => url.split('?')[0])
  t.strictSame(paths, [
    '/oauth/token',
    ...Array(3).fill('/api/v2/clients'),
    '/api/v2/clients/id-last/credentials',
  ])
})

t.test('waits until the rate limit is over, as the answer says', async (t) => {
  const stage = await setSyncStage(t, [clientWith('payments', [there])], { limited: 2 })
  const { code, stderr, stdout } = await stage.sync('--json')
  t.equal(code, 1)
  t.match(stderr, /(note: rate limit, waiting 1 s\n){2}/)
  t.match(JSON.parse(stdout), { differences: [{ kind: 'missing_here' }] })
})
