import { once } from 'node:events'
import { createServer } from 'node:net'
import {
  describeLocation,
  openRegistry,
  parseThumbprint,
  readCertificates,
  readRegistrationLine,
} from '@mtls-edge/cert-registry'
import { createPki, issueCertificate } from '@mtls-edge/testkit'
import fc from 'fast-check'
import t from 'tap'
import { codeOf } from './changes.ts'

t.test('reads a thumbprint in every spelling', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex')
        const spellings = [
          hex,
          hex.toUpperCase(),
          hex.replace(/..(?=.)/g, '$&:'),
          Buffer.from(bytes).toString('base64url'),
        ]
        return spellings.every((text) => parseThumbprint(text) === hex)
      }),
    ),
  )
})

t.test('takes nothing else for a thumbprint', async (t) => {
  const hex = 'ab'.repeat(32)
  const base64url = Buffer.from(hex, 'hex').toString('base64url')
  const bad = [
    '',
    hex.slice(1),
    `${hex}0`,
    `${hex} `,
    `${hex}\n`,
    `0x${hex}`,
    hex.replace('ab', 'a:b'),
    `${hex.slice(0, 62)}:ab`,
    'ab'.repeat(20),
    base64url.slice(1),
    `${base64url}A`,
    // The last digit has bits that no byte has: another spelling of the same bytes, which a comparison of texts would miss.
    `${base64url.slice(0, 42)}t`,
    Buffer.from(hex, 'hex').toString('base64').replaceAll('q', '+'),
  ]
  for (const text of bad) t.equal(parseThumbprint(text), null, JSON.stringify(text))
})

t.test('keeps the certificate alone of what a file holds', async (t) => {
  const pki = createPki()
  const [one, two] = [pki.client(), pki.selfSignedClient({ subject: { CN: 'b' } })]
  const words = 'subject=CN = somebody\nnotes of somebody'
  const facts = readCertificates(
    `${words}\r\n${one.pem.replaceAll('\n', '\r\n')}${words}${two.pem}`,
  )
  t.match(facts, [
    { thumbprint: one.thumbprint, pem: one.pem, notAfter: one.x509.validToDate },
    { thumbprint: two.thumbprint, pem: two.pem, subject: 'CN=b', issuer: 'CN=b' },
  ])
  t.equal(
    facts[0]?.serialNumber,
    one.x509.serialNumber.toLowerCase().replace(/^(00)+(?=[89a-f])/, '00'),
  )
})

t.test('refuses a private key of any kind before it looks at anything else', async (t) => {
  const { pem, privateKey } = issueCertificate()
  const keys = [
    privateKey.export({ type: 'pkcs8', format: 'pem' }),
    privateKey.export({ type: 'sec1', format: 'pem' }),
    privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }),
    '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
    '-----begin private key-----\n',
    '-----BEGIN RSA PRIVATE KEY',
  ]
  for (const key of keys) {
    for (const text of [`${key}`, `${pem}${key}`, `${key}${pem}`, `garbage${key}`]) {
      const attempt = async () => readCertificates(text)
      t.equal(await codeOf(attempt()), 'FST_CERT_REGISTRY_PRIVATE_KEY')
      const line = async () => readRegistrationLine(JSON.stringify({ pem: text }), 'a.example.com')
      t.equal(await codeOf(line()), 'FST_CERT_REGISTRY_PRIVATE_KEY')
    }
  }
})

t.test('says where a registry is without user and password', async (t) => {
  const cases = {
    'postgres://ana:hunter2@db.example.com:5433/edge?password=hunter2':
      'postgres://db.example.com:5433/edge',
    'postgresql://db.example.com/edge': 'postgres://db.example.com/edge',
    'sqlite:/var/lib/registry.db': 'sqlite:/var/lib/registry.db',
    'sqlite:///var/lib/registry.db': 'sqlite:/var/lib/registry.db',
  }
  for (const [url, shown] of Object.entries(cases)) t.equal(describeLocation(url), shown)
})

t.test('says which store is not there, and never its password', async (t) => {
  // A port that nothing listens on: it was just free.
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  server.close()
  const url = `postgres://ana:hunter2@127.0.0.1:${port}/edge?application_name=hunter2`
  const error = await openRegistry(url).catch((reason) => reason)
  t.match(error, { code: 'FST_CERT_REGISTRY_UNAVAILABLE', statusCode: 503 })
  const place = `the registry postgres://127.0.0.1:${port}/edge cannot be opened: `
  t.equal(error.message, `${place}connect ECONNREFUSED 127.0.0.1:${port}`)

  const file = await openRegistry('sqlite:/nowhere/at/all.db').catch((reason) => reason)
  t.match(file, { code: 'FST_CERT_REGISTRY_UNAVAILABLE' })
  t.match(file.message, 'the registry sqlite:/nowhere/at/all.db cannot be opened: unable to open')
})

t.test('refuses an address that is none, and quotes nothing of it', async (t) => {
  const bad = [
    '',
    'sqlite:',
    'sqlite::memory:',
    'sqlite:file:x?mode=memory',
    'mysql://ana:hunter2@db/edge',
    'hunter2',
    'postgres://ana:hunter2@db:99999999/edge',
  ]
  for (const url of bad) {
    const error = await openRegistry(url).catch((reason) => reason)
    t.equal(error.code, 'FST_CERT_REGISTRY_INVALID_LOCATION', url)
    t.notMatch(error.message, 'hunter2')
  }
  for (const maxStaleness of [0, -1, 999, Number.NaN, Number.POSITIVE_INFINITY]) {
    const code = await codeOf(openRegistry('sqlite:x.db', { maxStaleness }))
    t.equal(code, 'FST_CERT_REGISTRY_INVALID_INPUT', String(maxStaleness))
  }
})
