import { issueCertificate, issueCertificateOfEncodedSize } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { type Ended, runHere, writeConfiguration } from './command-process.ts'
import { API_KEY, change, client, GOOD, NOW, pki } from './configuration-fixture.ts'

const REGISTRY = 'registry: sqlite:registry.db\n'
const PLAIN = change(REGISTRY, '')
const FORWARD = PLAIN.replace('selfSigned: reject', 'selfSigned: forward')
const selfSigned = pki.selfSignedClient({ subject: { CN: 'alone' } })
const inAYear = new Date(NOW.getTime() + 365 * 86_400_000).toISOString()

interface Asked {
  readonly text?: string
  readonly certificate: string | Buffer
  readonly more?: Readonly<Record<string, string>>
  readonly argv?: readonly string[]
}

function explain(
  t: Test,
  { text = PLAIN, certificate, more = {}, argv = [] }: Asked,
): Promise<Ended> {
  const cwd = writeConfiguration(t, text, { 'asked.crt': certificate, ...more })
  return runHere(['explain', 'asked.crt', '-c', 'edge.yaml', ...argv], { cwd })
}

t.test(
  'a certificate that passes: in words, each step, the verdict, the headers; exit code 0',
  async (t) => {
    const { code, stdout, stderr } = await explain(t, { certificate: client.pem })
    t.equal(code, 0, stdout + stderr)
    t.match(stdout, /^mtls\.auth\.example\.com, at \d{4}-/)
    t.match(stdout, / {2}subject +CN=client\n/)
    t.match(stdout, new RegExp(`thumbprint +${client.thumbprint}\\n`))
    t.match(stdout, new RegExp(`x5t#S256 +${client.thumbprintBase64url}\\n`))
    t.match(stdout, /a trust anchor\n/)
    t.match(
      stdout,
      /passes: ca-verified\n {2}path: CN=client <- CN=Test Intermediate <- CN=Test Root\n/,
    )
    t.match(stdout, /client-certificate-ca-verified: SUCCESS/)
    t.match(stdout, /client-certificate: -----BEGIN%20CERTIFICATE.* \(\d+ bytes\)/)
    t.match(stdout, new RegExp(`cname-api-key: \\[secret\\] \\(${API_KEY.length} bytes\\)`))
    t.match(stdout, /true-client-ip: <address of the client>/)
  },
)

t.test('each revocation answer stands there with its file, age and signer', async (t) => {
  const { stdout } = await explain(t, { certificate: client.pem })
  const [line = ''] = stdout.split('\n').filter((one) => one.includes('      CRL from '))
  t.match(line, /^ {6}CRL from \S+clients\.crl, \d+ \w+ old \(\d{4}-/)
  t.match(line, /, next update \d{4}-.*, signed by CN=Test (Root|Intermediate), says: not listed$/)
  const inDays = new Date(NOW.getTime() + 25 * 86_400_000).toISOString()
  const late = await explain(t, { certificate: client.pem, argv: ['--at', inDays] })
  t.match(late.stdout, /CRL from \S+clients\.crl, .*, does not count: it is stale\n/)
})

t.test('JSON has all of it, the header whole', async (t) => {
  const { code, stdout } = await explain(t, { certificate: client.pem, argv: ['--json'] })
  t.equal(code, 0)
  const explanation = JSON.parse(stdout)
  t.match(explanation, {
    verdict: 'ca-verified',
    reason: null,
    customDomain: 'auth.example.com',
    certificate: { subject: 'CN=client', extendedKeyUsage: ['clientAuth'] },
    path: ['CN=client', 'CN=Test Intermediate', 'CN=Test Root'],
  })
  const [header] = explanation.headers.filter(
    ({ name }: { name: string }) => name === 'client-certificate',
  )
  t.same(header, {
    name: 'client-certificate',
    value: encodeURIComponent(client.pem),
    bytes: encodeURIComponent(client.pem).length,
  })
})

t.test('the key is in no output', async (t) => {
  for (const argv of [[], ['--json']]) {
    const { stdout, stderr } = await explain(t, { certificate: client.pem, argv })
    t.notOk((stdout + stderr).includes(API_KEY))
  }
})

t.test('a certificate in DER', async (t) => {
  t.equal((await explain(t, { certificate: client.der })).code, 0)
})

t.test('an issuer that the client sends, behind the leaf or in a chain file', async (t) => {
  const text = PLAIN.replace('intermediateFiles: [clients-intermediate.pem]\n        ', '')
  const more = { 'chain.pem': pki.intermediate.pem }
  const alone = await explain(t, { text, certificate: client.pem, more })
  t.equal(alone.code, 1)
  t.match(alone.stdout, /refused: untrusted_issuer/)
  t.equal((await explain(t, { text, certificate: client.chainPem })).code, 0)
  const argv = ['--chain', 'chain.pem']
  t.equal((await explain(t, { text, certificate: client.pem, more, argv })).code, 0)
})

t.test('a self-signed certificate, as configured', async (t) => {
  const refused = await explain(t, { certificate: selfSigned.pem, argv: ['-j'] })
  t.equal(refused.code, 1)
  t.match(JSON.parse(refused.stdout), {
    verdict: 'refused',
    reason: 'self_signed_not_accepted',
    path: [],
    headers: [],
  })
  const passed = await explain(t, { text: FORWARD, certificate: selfSigned.pem })
  t.equal(passed.code, 0)
  t.match(passed.stdout, /client-certificate-ca-verified: FAILED:self-signed certificate/)
})

t.test('the registry decides where it is asked', async (t) => {
  const text = GOOD.replace('selfSigned: reject', 'selfSigned: registered')
  const cwd = writeConfiguration(t, text, { 'asked.crt': selfSigned.pem })
  const run = (...argv: string[]): Promise<Ended> => runHere([...argv, '-c', 'edge.yaml'], { cwd })
  const ask = async (): Promise<unknown> =>
    JSON.parse((await run('explain', 'asked.crt', '-j')).stdout)

  const before = await run('explain', 'asked.crt')
  t.equal(before.code, 1)
  t.match(before.stderr, /^note: there is no registry file yet; /)
  t.match(before.stdout, /refused: not_registered/)

  await run('registry', 'add', 'clients-root.pem')
  t.match(await ask(), { verdict: 'refused', reason: 'not_registered' })
  await run('registry', 'add', 'asked.crt')
  t.match(await ask(), { verdict: 'self-signed', reason: null })
  await run('registry', 'suspend', 'asked.crt')
  t.match(await ask(), { verdict: 'refused', reason: 'registration_suspended' })
})

t.test('another time', async (t) => {
  for (const [at, reason] of [
    [inAYear, 'expired'],
    ['2001-01-31', 'not_yet_valid'],
    ['2001-01-31T12:00:00+01:00', 'not_yet_valid'],
  ] as const) {
    const { code, stdout } = await explain(t, { certificate: client.pem, argv: ['-j', '-a', at] })
    t.equal(code, 1)
    t.match(JSON.parse(stdout), { verdict: 'refused', reason, at: new Date(at).toISOString() })
  }
})

t.test('a certificate that is too large to be forwarded', async (t) => {
  const issuer = pki.intermediate
  const fits = issueCertificateOfEncodedSize(4096, { issuer })
  const over = issueCertificateOfEncodedSize(4097, { issuer })
  t.equal((await explain(t, { certificate: fits.pem })).code, 0)
  const { code, stdout } = await explain(t, { certificate: over.pem, argv: ['-j'] })
  t.equal(code, 1)
  t.match(JSON.parse(stdout), { verdict: 'refused', reason: 'certificate_too_large', headers: [] })
})

t.test('what is no certificate behind its frame', async (t) => {
  const certificate = '-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n'
  const { code, stdout } = await explain(t, { certificate, argv: ['-j'] })
  t.equal(code, 1)
  t.match(JSON.parse(stdout), { reason: 'malformed_certificate', certificate: null, steps: [] })
})

t.test('nothing in a certificate acts on the terminal', async (t) => {
  // The attack: a client sends in a certificate for registration whose name clears the screen and prints "passes".
  const certificate = issueCertificate({
    subject: { CN: 'a\u{1b}[2Jpasses\u{202e}\nVerdict' },
    subjectAlternativeNames: [{ uri: 'urn:\u{1b}[2J' }],
    issuer: pki.intermediate,
  }).pem
  const { stdout } = await explain(t, { certificate })
  t.notOk(stdout.includes('\u{1b}') || stdout.includes('\u{202e}'))
  t.equal(stdout.split('\nVerdict').length, 2)
})

// biome-ignore format: one line a case
const wrong: readonly (readonly [title: string, argv: readonly string[], words: RegExp])[] = [
  ['a certificate that is not there', ['nothing.crt'], /nothing\.crt does not exist/],
  ['a directory', ['certs'], /certs is a directory/],
  ['a key for a certificate', ['certs/auth.key'], /certs\/auth\.key holds a private key, and no certificate/],
  ['a key in DER', ['certs/der.key'], /certs\/der\.key holds a private key in DER, and no certificate/],
  ['a PKCS #12 archive', ['certs/bundle.p12'], /certs\/bundle\.p12 is a PKCS #12 archive, and no certificate: .*openssl pkcs12 -in FILE -nokeys/],
  ['a PKCS #7 bundle', ['certs/bundle.p7b'], /certs\/bundle\.p7b is a PKCS #7 bundle, and no certificate: .*openssl pkcs7 -inform der -print_certs/],
  ['a chain that is not there', ['client.crt', '--chain', 'nothing.pem'], /nothing\.pem does not exist/],
  ['a time that is none', ['client.crt', '--at', 'tomorrow'], /--at is no time: write it as 2027-01-31/],
  ['a time without its zone', ['client.crt', '--at', '2027-01-31T12:00'], /--at is no time/],
  ['a month that is none', ['client.crt', '--at', '2027-13-31'], /--at is no time/],
  ['a domain that is not configured', ['client.crt', '--domain', 'other.example.com'], /choose from auth\.example\.com/],
]

for (const [title, argv, words] of wrong) {
  t.test(`refuses ${title} with exit code 2`, async (t) => {
    const cwd = writeConfiguration(t, PLAIN)
    const { code, stdout, stderr } = await runHere(['explain', '-c', 'edge.yaml', ...argv], { cwd })
    t.equal(code, 2)
    t.match(stderr, words)
    t.equal(stdout, '')
  })
}

t.test('problems of the configuration come first', async (t) => {
  const { code, stderr } = await explain(t, { text: change('20s', 'x'), certificate: client.pem })
  t.equal(code, 1)
  t.match(stderr, /shutdownTimeout is not a duration/)
})

t.test('a refusal says what the client is told, word for word, and how to mend it', async (t) => {
  const { pem } = issueCertificate({ issuer: pki.intermediate, extendedKeyUsage: ['serverAuth'] })
  const { code, stdout } = await explain(t, {
    certificate: pem,
    argv: ['-x', 'clients-intermediate.pem'],
  })
  t.equal(code, 1)
  t.match(stdout, /the client is told: wrong_purpose: The client certificate is not for/)
  t.match(stdout, /to mend it: have it issued for clients/)
  const json = await explain(t, { certificate: pem, argv: ['--json'] })
  t.match(JSON.parse(json.stdout), { reason: 'wrong_purpose', mend: /issued for clients/ })
})

t.test('days since the end are whole ones', async (t) => {
  const hour = 3_600_000
  const { pem, x509 } = pki.client()
  for (const [hours, words] of [
    [-25, /\(1 day left\)/],
    [1, /\(over for less than a day\)/],
    [25, /\(over for 1 day\)/],
    [49, /\(over for 2 days\)/],
  ] as const) {
    const at = new Date(x509.validToDate.getTime() + hours * hour).toISOString()
    const { stdout } = await explain(t, { certificate: pem, argv: ['--at', at] })
    t.match(stdout, words)
  }
})
