import t from 'tap'
import { onEachWay, pki, setRegistryStage as setFileStage } from './registry-stage.ts'

const client = pki.selfSignedClient({ subject: { CN: 'client one' } })
const other = pki.selfSignedClient({ subject: { CN: 'client two' } })
const unknown = 'ab'.repeat(32)

await onEachWay(t, async (t, setRegistryStage, way) => {
  t.test('registers every certificate of every file', async (t) => {
    const stage = setRegistryStage(t)
    const both = stage.write('both.pem', `some words\n${client.pem}\n${other.pem}`)
    const third = pki.selfSignedClient()
    const added = await stage.run(
      'add',
      both,
      stage.write('third.pem', third.pem),
      '--owner',
      'ana',
    )
    t.equal(added.code, 0)
    if (way === 'file') t.match(added.err, 'no registry was here; a new, empty one was made')
    for (const { thumbprint } of [client, other, third]) {
      t.match(added.out, `added  ${thumbprint}  active`)
      const shown = await stage.run('show', thumbprint, '--json')
      t.match(JSON.parse(shown.out), { entry: { thumbprint, state: 'active', owner: 'ana' } })
    }
  })

  t.test('takes a thumbprint in every spelling, and a PEM file for one', async (t) => {
    const stage = setRegistryStage(t)
    const file = stage.write('client.pem', client.pem)
    await stage.run('add', file)
    const spellings = [
      client.thumbprint,
      client.thumbprint.toUpperCase(),
      client.x509.fingerprint256,
      client.thumbprintBase64url,
      file,
    ]
    for (const spelling of spellings) {
      const suspended = await stage.run('suspend', spelling)
      t.match(suspended, { code: 0, out: `changed  ${client.thumbprint}  active -> suspended\n` })
      const activated = await stage.run('activate', spelling)
      t.match(activated, { code: 0, out: `changed  ${client.thumbprint}  suspended -> active\n` })
    }
  })

  t.test('takes a base64url thumbprint that looks like an option', async (t) => {
    const stage = setRegistryStage(t)
    for (const start of ['-v', '-h', '-c', '-d', '--', '-_', '-x']) {
      const base64url = `${start}${'A'.repeat(41)}`
      const hex = Buffer.from(base64url, 'base64url').toString('hex')
      const denied = await stage.run('deny', base64url)
      t.match(denied, { code: 0, out: `added  ${hex}  unknown -> revoked` }, start)
      t.equal((await stage.run('show', base64url)).code, 0, start)
    }
  })

  t.test('denies what nobody knows, and keeps a refusal unless told otherwise', async (t) => {
    const stage = setRegistryStage(t)
    const denied = await stage.run('deny', unknown)
    t.match(denied, { code: 0, out: `added  ${unknown}  unknown -> revoked\n` })
    const kept = await stage.run('remove', unknown)
    t.equal(kept.code, 1)
    t.match(kept.err, '--even-if-refused')
    const removed = await stage.run('remove', unknown, '--even-if-refused')
    t.match(removed, { code: 0, out: `removed  ${unknown}  revoked -> unknown\n` })
    const shown = await stage.run('show', unknown)
    t.match(shown.out, /was removed\n\nAudit trail\n.*deny.*- -> revoked.*\n.*remove.*revoked -> -/)
  })

  t.test('does not bring a refused certificate back by adding it', async (t) => {
    const stage = setRegistryStage(t)
    const file = stage.write('client.pem', client.pem)
    await stage.run('deny', file)
    const two = await stage.run('add', file, stage.write('other.pem', other.pem))
    t.equal(two.code, 1)
    t.match(two.err, /it is revoked; to let it in: mtls-edge registry activate [0-9a-f]{64}/)
    t.match(two.out, `added  ${other.thumbprint}`, 'the other one is in')
    t.match((await stage.run('activate', file)).out, 'revoked -> active')
  })

  t.test('takes a certificate in DER wherever it takes one in PEM', async (t) => {
    const stage = setRegistryStage(t)
    const file = stage.write('client.cer', client.der)
    t.match(await stage.run('add', file), { code: 0, out: `added  ${client.thumbprint}  active` })
    t.match((await stage.run('suspend', file)).out, 'active -> suspended')
    t.match((await stage.run('show', file)).out, client.thumbprint)
  })

  t.test('says what a file is that holds no certificate to take', async (t) => {
    const stage = setRegistryStage(t)
    for (const [hex, words] of [
      ['30820a0302010330', /bundle is a PKCS #12 archive: .*openssl pkcs12 -in FILE -nokeys/],
      ['3082050006092a864886f70d010702a0', /bundle is a PKCS #7 bundle: .*openssl pkcs7/],
    ] as const) {
      const refused = await stage.run('add', stage.write('bundle', Buffer.from(hex, 'hex')))
      t.equal(refused.code, 2)
      t.match(refused.err, words)
    }
    const key = client.privateKey.export({ type: 'pkcs8', format: 'der' })
    const refused = await stage.run('add', stage.write('key', key))
    t.match(refused, { code: 2, err: /key holds a private key in DER: hand in the certificate/ })
  })

  t.test('never takes a private key, and prints nothing of it', async (t) => {
    // Attack: a key that slips into the registry, a log or a terminal's history is a key that others have.
    const keys = {
      'a key alone': client.keyPem,
      'a key after its certificate': client.pem + client.keyPem,
      'a key before its certificate': client.keyPem + client.pem,
      'an old RSA key': pki
        .selfSignedClient({ key: 'rsa2048' })
        .privateKey.export({ type: 'pkcs1', format: 'pem' })
        .toString(),
      'an encrypted key': client.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
    }
    for (const [title, text] of Object.entries(keys)) {
      const stage = setRegistryStage(t)
      const secret = (text.split('PRIVATE KEY-----\n')[1] ?? '').slice(0, 40)
      const attempts = [
        ['add', stage.write('key.pem', text)],
        ['deny', 'key.pem'],
        ['show', text],
        ['import', stage.write('key.jsonl', `${JSON.stringify({ pem: text })}\n`)],
        ['import', 'key.pem'],
      ] as const
      for (const args of attempts) {
        const { code, out, err } = await stage.run(...args)
        t.not(code, 0, `${title}: ${args[0]}`)
        t.notMatch(out + err, secret, `${title}: ${args[0]} prints nothing of it`)
      }
      t.equal((await stage.run('export')).out, '', `${title}: nothing is in the registry`)
    }
  })

  t.test('says what is wrong with an argument, and the mend', async (t) => {
    const stage = setRegistryStage(t)
    await stage.run('deny', unknown)
    const cases = [
      [['add', 'missing.pem'], 2, 'missing.pem: there is no such file'],
      [['add', '.'], 2, '.: it is a directory'],
      [
        ['add', stage.write('word.crt', 'no certificate')],
        2,
        'word.crt: PEM: no CERTIFICATE block',
      ],
      [['deny', 'abcd'], 2, 'abcd: there is no such file, and it is no SHA-256 thumbprint either'],
      [['suspend', client.thumbprint], 1, 'registry list, or add it'],
      [['suspend', unknown], 1, 'the certificate is revoked'],
      [['show', client.thumbprint], 1, 'is not in the registry for auth.example.com'],
      [['show', unknown, '--domain', 'c.example.com'], 2, 'choose from auth.example.com'],
      [['list', '--expiring', '30'], 2, 'such as 30d, 12h, 2w or 1y'],
      [['list', '--state', 'gone'], 2, 'active, pending, suspended, revoked'],
      [['lst'], 2, 'Did you mean list?'],
      [['list', '--expirng', '30d'], 2, 'Did you mean --expiring?'],
      [['import', 'missing.jsonl'], 2, 'missing.jsonl: there is no such file'],
      [['import', '.'], 2, '.: it is a directory'],
    ] as const
    for (const [args, code, message] of cases) {
      const outcome = await stage.run(...args)
      t.match(outcome, { code, err: message }, args.join(' '))
    }
  })

  t.test('wants --domain where there are several, and takes an alias for its domain', async (t) => {
    const stage = setRegistryStage(t, ['auth.example.com', 'b.example.com'])
    const none = await stage.run('deny', unknown)
    t.match(none, { code: 2, err: 'add --domain with one of auth.example.com, b.example.com' })
    t.equal((await stage.run('deny', unknown, '--domain', 'mtls.B.example.com.')).code, 0)
    t.equal((await stage.run('show', unknown, '--domain', 'b.example.com')).code, 0)
    t.equal((await stage.run('show', unknown, '--domain', 'auth.example.com')).code, 1)
  })
})

t.test('has help with an example for every command', async (t) => {
  const stage = setFileStage(t)
  const names = ['add', 'deny', 'suspend', 'activate', 'remove', 'list', 'show', 'import', 'export']
  for (const name of names) {
    const help = await stage.run(name, '--help')
    t.equal(help.code, 0, name)
    t.match(help.out, `Example:\n  mtls-edge registry ${name} --config edge.yaml`, name)
  }
})

t.test('says clearly that there is no registry to read yet', async (t) => {
  const stage = setFileStage(t)
  const listed = await stage.run('list')
  t.equal(listed.code, 1)
  t.match(listed.err, /the registry sqlite:.*registry\.db cannot be opened: there is no such file/)
})
