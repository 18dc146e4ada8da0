import type { RegistrationState, RegistryView } from '@mtls-edge/cert-registry'
import { createPki } from '@mtls-edge/testkit'
import t from 'tap'
import { startVerifierService } from './verifier-service.ts'

const pki = createPki({ name: 'Clients' })
const { root, intermediate } = pki
const domain = 'auth.example.com'
const revocation = { mode: 'off' } as const
const base = {
  domain,
  caSigned: { trustAnchors: [root.pem], revocation },
  selfSigned: 'forward',
} as const
const subject = { C: 'DE', O: 'Example Bank', CN: 'Client One' }
const client = pki.client({
  subject,
  serialNumber: 0x80abcdn,
  subjectAlternativeNames: [
    { dns: 'Client.Example.COM' },
    { email: 'one@Example.com' },
    { ip: '2001:db8::1' },
    { ip: '2001:db8:1:2:3:4:5:6' },
    { ip: '192.0.2.1' },
    { uri: 'urn:example:one' },
  ],
})
const selfSigned = pki.selfSignedClient({
  subject,
  subjectAlternativeNames: [{ dns: 'client.example.com' }],
})
const ISSUER = 'cn=clients   INTERMEDIATE'

t.test('deny wins over everything, for both kinds', async (t) => {
  const lists = {
    'thumbprint in hex': [{ thumbprints: [client.thumbprint, selfSigned.thumbprint] }, true],
    'thumbprint with colons, upper case': [
      {
        thumbprints: [client, selfSigned].map((c) =>
          c.thumbprint.toUpperCase().replace(/..(?=.)/g, '$&:'),
        ),
      },
      true,
    ],
    'thumbprint in base64url': [
      { thumbprints: [client.thumbprintBase64url, selfSigned.thumbprintBase64url] },
      true,
    ],
    'subject in another case and spacing': [
      { subjects: ['CN=client  one, O=EXAMPLE BANK, C=de'] },
      true,
    ],
    'DNS name': [{ subjectAlternativeNames: [' DNS: client.example.com. '] }, true],
    issuer: [{ issuers: [ISSUER] }, false],
    'serial number': [
      { serials: [{ issuer: ISSUER, serial: `${'0'.repeat(36)}80:AB:CD` }] },
      false,
    ],
    'e-mail address': [{ subjectAlternativeNames: ['one@EXAMPLE.com'] }, false],
    'IP address': [{ subjectAlternativeNames: ['2001:DB8:0::0:1'] }, false],
    'IP address without a gap': [{ subjectAlternativeNames: ['2001:db8:1:2:3:4:5:6'] }, false],
    'IP address of version 4': [{ subjectAlternativeNames: ['192.0.2.1'] }, false],
    URI: [{ subjectAlternativeNames: ['urn:example:one'] }, false],
  } as const
  for (const [name, [deny, deniesSelfSigned]] of Object.entries(lists)) {
    const allow = { thumbprints: [client.thumbprint, selfSigned.thumbprint] }
    const service = await startVerifierService(t, [root], { ...base, allow, deny })
    t.match(await service.ask(client), { status: 401, code: 'FST_CERT_VERIFIER_DENIED' }, name)
    const other = await service.ask(selfSigned)
    t.match(
      other,
      deniesSelfSigned ? { code: 'FST_CERT_VERIFIER_DENIED' } : { status: 200 },
      `${name}, self-signed`,
    )
  }
})

t.test('within a list any entry will do, across the lists all must', async (t) => {
  const cases = [
    [{ subjects: ['CN=other', 'CN=Client One,O=Example Bank,C=DE'] }, 200],
    [{ subjects: ['CN=Client One'] }, 401],
    [{ issuers: [ISSUER] }, 200],
    [{ issuers: ['CN=other'] }, 401],
    [{ issuers: [ISSUER], subjects: ['CN=other'] }, 401],
    [{ issuers: [ISSUER], subjectAlternativeNames: ['dns:client.example.com'] }, 200],
    [{ subjectAlternativeNames: ['dns:example.com'] }, 401],
    [{ thumbprints: [selfSigned.thumbprint] }, 401],
  ] as const
  for (const [allow, status] of cases) {
    const service = await startVerifierService(t, [root], { ...base, allow })
    const code = status === 401 ? 'FST_CERT_VERIFIER_NOT_ALLOWED' : null
    t.match(await service.ask(client), { status, code }, JSON.stringify(allow))
  }
})

t.test('a self-signed certificate cannot let itself in by the names it chose', async (t) => {
  // The attack: an operator allows a subject; anybody makes a certificate with that subject.
  const byName = await startVerifierService(t, [root], {
    ...base,
    allow: { subjects: ['CN=Client One,O=Example Bank,C=DE'] },
  })
  t.match(await byName.ask(client), { status: 200 }, 'victim')
  t.match(
    await byName.ask(selfSigned),
    { status: 401, code: 'FST_CERT_VERIFIER_NOT_ALLOWED' },
    'attacker',
  )
  const other = client.thumbprint
  const allowed = [
    [{ thumbprints: [other] }, 401],
    [{ issuers: ['CN=Client One,O=Example Bank,C=DE'] }, 401],
    [{ subjectAlternativeNames: ['dns:client.example.com'] }, 401],
    [{ thumbprints: [selfSigned.thumbprint] }, 200],
    [{ thumbprints: [selfSigned.thumbprint], issuers: [ISSUER] }, 200],
  ] as const
  for (const [allow, status] of allowed) {
    const service = await startVerifierService(t, [root], { ...base, allow })
    const code = status === 401 ? 'FST_CERT_VERIFIER_NOT_ALLOWED' : null
    t.match(await service.ask(selfSigned), { status, code }, JSON.stringify(allow))
  }
})

/** A registry in memory. */
function createView(entries: Readonly<Record<string, RegistrationState>>): RegistryView & {
  set(thumbprint: string, state: RegistrationState): void
  isFresh: boolean
} {
  const states = new Map(Object.entries(entries))
  let epoch = 1
  return {
    isFresh: true,
    get epoch() {
      return epoch
    },
    stateOf: (name, thumbprint) => (name === domain ? (states.get(thumbprint) ?? null) : null),
    set(thumbprint, state) {
      states.set(thumbprint, state)
      epoch += 1
    },
  }
}

t.test('what the registry says, for either kind', async (t) => {
  const cases = [
    [null, 'NOT_REGISTERED'],
    ['active', null],
    ['pending', 'REGISTRATION_PENDING'],
    ['suspended', 'REGISTRATION_SUSPENDED'],
    ['revoked', 'REGISTRATION_REVOKED'],
  ] as const
  for (const [state, reason] of cases) {
    const registry = createView(
      state === null ? {} : { [client.thumbprint]: state, [selfSigned.thumbprint]: state },
    )
    const service = await startVerifierService(t, [root], {
      ...base,
      caSigned: { ...base.caSigned, requireRegistration: true },
      selfSigned: 'registered',
      registry,
    })
    const expected =
      reason === null ? { status: 200 } : { status: 401, code: `FST_CERT_VERIFIER_${reason}` }
    t.match(await service.ask(client), expected, `CA-signed, ${state}`)
    t.match(await service.ask(selfSigned), expected, `self-signed, ${state}`)
  }
})

t.test('a suspended entry refuses also where registration is not asked for', async (t) => {
  const registry = createView({ [client.thumbprint]: 'suspended' })
  const service = await startVerifierService(t, [root], { ...base, registry })
  t.match(await service.ask(client), {
    status: 401,
    code: 'FST_CERT_VERIFIER_REGISTRATION_SUSPENDED',
  })
  t.match(await service.ask(selfSigned), { status: 200 })
})

t.test('entries of another domain count for nothing', async (t) => {
  const registry = createView({ [selfSigned.thumbprint]: 'active' })
  const options = {
    ...base,
    domain: 'login.example.net',
    selfSigned: 'registered',
    registry,
  } as const
  const service = await startVerifierService(t, [root], options)
  t.match(await service.ask(selfSigned), { status: 401, code: 'FST_CERT_VERIFIER_NOT_REGISTERED' })
})

t.test('a registry out of reach is a 503, and heals', async (t) => {
  const registry = createView({ [selfSigned.thumbprint]: 'active' })
  const service = await startVerifierService(t, [root], {
    ...base,
    selfSigned: 'registered',
    registry,
  })
  registry.isFresh = false
  t.match(await service.ask(selfSigned), {
    status: 503,
    code: 'FST_CERT_VERIFIER_REGISTRY_UNAVAILABLE',
  })
  registry.isFresh = true
  t.match(await service.ask(selfSigned), { status: 200 })
})

t.test('the intermediate of a name chain does not matter to a leaf list', async (t) => {
  const service = await startVerifierService(t, [root], {
    ...base,
    deny: { thumbprints: [intermediate.thumbprint] },
  })
  t.match(await service.ask(client), { status: 200 })
})
