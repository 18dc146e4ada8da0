import t from 'tap'
import { type AdminStage, startAdminStage } from './admin-stage.ts'
import { CUSTOM } from './edge-stage.ts'
import { pki } from './registry-stage.ts'

const one = pki.selfSignedClient({ subject: { CN: 'client one' } })
const two = pki.selfSignedClient({ subject: { CN: 'client two' } })
const entries = '/api/v1/registry/entries'

const change = (stage: AdminStage, thumbprint: string, action: string, body: object = {}) =>
  stage.call(`${entries}/${thumbprint}/${action}`, { method: 'POST', body })

t.test('adds, suspends, activates, denies and removes, and the trail says who', async (t) => {
  const stage = await startAdminStage(t)
  const headers = { 'x-mtls-edge-actor': encodeURIComponent('Ana Müller') }
  const added = await stage.call(entries, {
    method: 'POST',
    headers,
    body: { pem: one.pem + two.pem, clientName: 'Bank', owner: null, state: 'pending' },
  })
  t.match(added, {
    status: 200,
    body: {
      results: [
        { thumbprint: one.thumbprint, outcome: 'added', toState: 'pending', problem: null },
        { thumbprint: two.thumbprint, subject: 'CN=client two', domain: CUSTOM },
      ],
    },
  })
  t.match(await change(stage, one.thumbprint, 'activate'), {
    status: 200,
    body: { outcome: 'changed', fromState: 'pending', toState: 'active' },
  })
  t.match(await change(stage, one.x509.fingerprint256, 'suspend'), {
    body: { toState: 'suspended' },
  })
  t.match(await change(stage, one.thumbprintBase64url, 'deny'), { body: { toState: 'revoked' } })
  t.match(await change(stage, one.thumbprint, 'suspend'), {
    status: 409,
    body: { code: 'revoked', state: 'revoked' },
  })
  const again = await stage.call(entries, { method: 'POST', body: { pem: one.pem } })
  t.match(again.body, {
    results: [{ outcome: 'refused', problem: { code: 'already_registered', state: 'revoked' } }],
  })
  const path = `${entries}/${one.thumbprint}`
  t.match(await stage.call(path, { method: 'DELETE' }), {
    status: 409,
    body: { code: 'refusal_kept', state: 'revoked', mend: /evenIfRefused/ },
  })
  t.match(await stage.call(`${path}?evenIfRefused=true`, { method: 'DELETE' }), {
    status: 200,
    body: { outcome: 'removed', fromState: 'revoked', toState: null },
  })
  const shown = await stage.call(path)
  t.match(shown, {
    status: 200,
    body: {
      entry: null,
      trail: [
        { action: 'add', actor: 'Ana Müller via admin-api', toState: 'pending' },
        { action: 'activate', actor: 'admin-api', fromState: 'pending' },
        { action: 'suspend' },
        { action: 'deny' },
        { action: 'remove', toState: null },
      ],
      trailNext: null,
    },
  })
  const kept = await stage.call(`${entries}/${two.thumbprint}`)
  t.match(kept.body, {
    entry: { state: 'pending', clientName: 'Bank', owner: null, pem: /^-----BEGIN CERT/ },
  })
  const audit = await stage.call(`/api/v1/registry/audit?limit=2&thumbprint=${one.thumbprint}`)
  t.match(audit.body, { items: [{ action: 'add' }, { action: 'activate' }], next: String })
  const logged = stage.log.filter(({ event }) => event === 'registry_change')
  t.equal(logged.length, 6)
  t.match(logged[0], { actor: 'Ana Müller via admin-api', action: 'add', toState: 'pending' })
})

t.test('finds entries by a part of a text, by state and by their end', async (t) => {
  const stage = await startAdminStage(t)
  const late = pki.selfSignedClient({ subject: { CN: 'late' }, notAfter: new Date('2099-01-01') })
  const pem = one.pem + two.pem + late.pem
  await stage.call(entries, { method: 'POST', body: { pem, owner: 'treasury' } })
  await change(stage, two.thumbprint, 'suspend')
  const subjectsOf = async (query: string) => {
    const { body } = await stage.call(`${entries}?${query}`)
    const items: readonly { readonly subject: string }[] = Object.values(body)[0] as never
    return items.map(({ subject }) => subject).sort()
  }
  t.strictSame(await subjectsOf('search=CLIENT'), ['CN=client one', 'CN=client two'])
  t.strictSame(await subjectsOf('search=treasury&state=suspended'), ['CN=client two'])
  t.strictSame(await subjectsOf('expiresBefore=2098-01-01T00:00:00.000Z&search=late'), [])
  t.equal((await subjectsOf('search=&limit=1')).length, 1)
})

t.test('an actor is a name and nothing else', async (t) => {
  const stage = await startAdminStage(t)
  for (const name of ['a%0Ab', '%E2%80%AE', 'x'.repeat(151), '%']) {
    const headers = { 'x-mtls-edge-actor': name }
    t.match(await stage.call('/api/session', { headers }), { status: 400 }, name.slice(0, 9))
  }
})

t.test('imports and exports lines, and says which one is wrong', async (t) => {
  const stage = await startAdminStage(t)
  const headers = { 'content-type': 'application/x-ndjson' }
  const load = (body: string, query = '') =>
    stage.call(`/api/v1/registry/import${query}`, { method: 'POST', headers, body })
  const good = [
    JSON.stringify({ pem: one.pem, owner: 'ana' }),
    JSON.stringify({ thumbprint: 'ab'.repeat(32), state: 'revoked', domain: `mtls.${CUSTOM}` }),
  ]
  t.match(await load(good.join('\n')), { status: 200, body: { added: 2, problem: null } })
  t.match(await load(`\n${good.join('\r\n')}\r\n`), { body: { added: 0, unchanged: 2 } })
  const exported = await stage.call('/api/v1/registry/export')
  t.match(exported.headers, {
    'content-type': 'application/x-ndjson',
    'content-disposition': /attachment/,
  })
  t.match(await load(exported.text), { body: { added: 0, changed: 0, unchanged: 2 } })
  const active = await stage.call('/api/v1/registry/export?state=active')
  t.match(JSON.parse(active.text), { thumbprint: one.thumbprint, owner: 'ana' })

  const secret = two.keyPem.split('\n')[1] ?? ''
  const wrong: readonly (readonly [string, RegExp])[] = [
    [JSON.stringify({ pem: two.keyPem }), /private key/],
    [two.keyPem, /not JSON/],
    ['[]', /not a JSON object/],
    [JSON.stringify({ pem: two.pem, domain: 'c.example.com' }), /none of the configuration/],
    [`"${'x'.repeat(300_000)}"`, /longer than any line/],
  ]
  for (const [line, message] of wrong) {
    const before = JSON.stringify({ thumbprint: 'cd'.repeat(32), state: 'suspended' })
    const answer = await load(`${before}\n${line}\n${'x'.repeat(1_000_000)}`)
    t.match(answer, { status: 200, body: { problem: { line: 2, message } } })
    t.notMatch(answer.text, secret)
  }
  t.match(await stage.call(`${entries}/${'cd'.repeat(32)}`), {
    body: { entry: { state: 'suspended' } },
  })
  t.notMatch(stage.output(), secret)
  const json = { method: 'POST', body: {} } as const
  t.equal((await stage.call('/api/v1/registry/import', json)).status, 400)
})

t.test('a body that is too large, or of another type, is refused', async (t) => {
  const stage = await startAdminStage(t)
  const send = (type: string, body: string) =>
    stage.call(entries, { method: 'POST', headers: { 'content-type': type }, body })
  t.match(await send('application/json', `{"pem":"${'x'.repeat(1_100_000)}"}`), { status: 413 })
  t.match(await send('text/xml', '<pem/>'), { status: 415 })
  t.match(await send('application/json', '{"pem":1}'), {
    status: 400,
    body: { code: 'invalid_request', message: 'body/pem must be string' },
  })
  t.match(await send('application/json', '{"pem":"x","stat":"active"}'), { status: 400 })
})
