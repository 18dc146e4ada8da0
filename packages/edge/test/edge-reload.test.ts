import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createPki, issueCrl, openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { fileOf, startProcessStage } from './edge-process-stage.ts'
import { ALIAS, CUSTOM, clients, type Domain, request, servers } from './edge-stage.ts'

const others = createPki({ name: 'Others' })
const client = clients.client()
const otherClient = others.client()
const OLD_KEY = 'the-first-key-that-nobody-may-see'
const NEW_KEY = 'the-second-key-that-nobody-may-see'

/** Both CAs publish one: the path has two certificates that can be revoked. */
const listOf = (...revoked: (typeof client)[]): string =>
  issueCrl({ issuer: clients.root }).pem +
  issueCrl({
    issuer: clients.intermediate,
    revoked: revoked.map((serialNumber) => ({ serialNumber })),
  }).pem

const change = (domain: Domain): object => ({
  ...domain,
  auth0: { ...domain.auth0, cnameApiKey: undefined, cnameApiKeyFile: 'api-key' },
  clientCertificates: {
    caSigned: {
      trustAnchorFiles: ['clients-root.pem'],
      intermediateFiles: ['clients-intermediate.pem', 'others-intermediate.pem'],
      revocation: { mode: 'prefer', crlFiles: ['clients.crl'] },
    },
  },
})

const stage = await startProcessStage(t, {
  change,
  files: {
    'clients.crl': listOf(),
    'api-key': OLD_KEY,
    'others-intermediate.pem': others.intermediate.pem,
  },
})

const connect = (certificate = client, servername = ALIAS): Promise<TlsConnection> =>
  openTlsConnection({ port: stage.port, servername, ca: servers.root.pem, certificate })

const ask = (connection: TlsConnection, host = ALIAS) =>
  connection.request(request('POST /oauth/token', '', host))

/** Makes a change, and waits until it is in force. */
async function reload(change: () => Promise<unknown>): Promise<void> {
  await change()
  await stage.nextLine('configuration_loaded')
}

const write = (name: string, text: string): Promise<void> => writeFile(fileOf(stage, name), text)

async function replaceServerCertificate(): Promise<void> {
  const next = servers.server([CUSTOM, ALIAS, 'mtls.second.example.com', 'second.example.com'])
  await write('server.crt', next.chainPem)
  await write('server.key', next.keyPem)
}

t.test(
  'a new server certificate serves new connections within 2 s, and open ones go on',
  async (t) => {
    const serialOf = ({ socket }: TlsConnection) => socket.getPeerX509Certificate()?.serialNumber
    const open = await connect()
    t.match(await ask(open), { status: 200 })
    const startedAt = performance.now()
    await reload(replaceServerCertificate)
    t.ok(performance.now() - startedAt < 2000)
    const next = await connect()
    t.not(serialOf(next), serialOf(open))
    t.match(await ask(next), { status: 200 })
    t.match(await ask(open), { status: 200, headers: { connection: 'keep-alive' } })
    open.destroy()
    next.destroy()
  },
)

t.test('a certificate that a new CRL revokes is refused on its open connection', async (t) => {
  const open = await connect()
  t.match(await ask(open), { status: 200 })
  await reload(async () => {
    // A rename over it, as careful writers do.
    await write('clients.crl.new', listOf(client))
    await rename(fileOf(stage, 'clients.crl.new'), fileOf(stage, 'clients.crl'))
  })
  t.match(await ask(open), { status: 401, text: /revoked/ })
  await reload(() => write('clients.crl', listOf()))
  t.match(await ask(open), { status: 200 })
  open.destroy()
})

t.test('an anchor that is taken away is trusted no more, and a new one at once', async (t) => {
  const open = await connect()
  t.match(await ask(open), { status: 200 })
  await reload(() => write('clients-root.pem', others.root.pem))
  t.match(await ask(open), { status: 401, text: /untrusted_issuer/ })
  const next = await connect(otherClient)
  t.match(await ask(next), { status: 200 })
  await reload(() => write('clients-root.pem', clients.root.pem))
  t.match(await ask(next), { status: 401, text: /untrusted_issuer/ })
  open.destroy()
  next.destroy()
})

t.test('a key behind links that are swapped, as Kubernetes mounts secrets', async (t) => {
  await mkdir(fileOf(stage, 'v1'))
  await mkdir(fileOf(stage, 'v2'))
  await write('v1/api-key', OLD_KEY)
  await write('v2/api-key', `${NEW_KEY}\n`)
  await symlink('v1', fileOf(stage, '..data'))
  await reload(async () => {
    await rm(fileOf(stage, 'api-key'))
    await symlink('..data/api-key', fileOf(stage, 'api-key'))
  })
  const open = await connect()
  const keySeen = async (): Promise<unknown> => {
    stage.upstream.forget()
    t.match(await ask(open), { status: 200 })
    return stage.upstream.requests[0]?.headers['cname-api-key']
  }
  t.equal(await keySeen(), OLD_KEY)
  await reload(async () => {
    await symlink('v2', fileOf(stage, '..data_tmp'))
    await rename(fileOf(stage, '..data_tmp'), fileOf(stage, '..data'))
  })
  t.equal(await keySeen(), NEW_KEY, 'on the same connection')
  open.destroy()
})

t.test('a deny list and fewer endpoints hold together, also on open connections', async (t) => {
  const open = await connect()
  const denied = await connect()
  t.match(await ask(open), { status: 200 })
  t.match(await ask(denied), { status: 200 })
  const edit = (endpoints: readonly string[], thumbprints: readonly string[]) =>
    stage.configure(({ domains: [domain], ...rest }) => ({
      ...rest,
      domains: [
        {
          ...domain,
          endpoints,
          clientCertificates: { ...domain?.clientCertificates, deny: { thumbprints } },
        },
      ],
    }))
  await reload(() => edit(['/userinfo'], [client.thumbprint]))
  t.match(await ask(denied), { status: 401, text: /denied/, headers: { connection: 'close' } })
  const next = await connect()
  t.match(await ask(next), { status: 404, text: /path_not_allowed/ })
  await reload(() => edit(['/userinfo', '/oauth/token'], []))
  t.match(await ask(open), { status: 200, headers: { connection: 'close' } })
  t.match(await open.waitForClose(), null)
  next.destroy()
})

t.test('a domain comes and goes, and the others notice nothing', async (t) => {
  const second = 'second.example.com'
  const open = await connect()
  await t.rejects(connect(client, `mtls.${second}`), 'unknown yet')
  await reload(() =>
    stage.configure(({ domains: [domain], ...rest }) => ({
      ...rest,
      domains: [domain, { ...domain, customDomain: second }],
    })),
  )
  const newcomer = await connect(client, `mtls.${second}`)
  t.match(await ask(newcomer, `mtls.${second}`), { status: 200 })
  // Its body comes when the domain is gone: what its headers were accepted for does not exist any more.
  const held = await connect(client, `mtls.${second}`)
  held.write(request('POST /oauth/token', '', `mtls.${second}`, 'a=b').slice(0, -1))
  t.match(await ask(newcomer, `mtls.${second}`), { status: 200 })
  await reload(() =>
    stage.configure(({ domains, ...rest }) => ({ ...rest, domains: domains.slice(0, 1) })),
  )
  t.match(await held.request('b'), { status: 421, text: /misdirected_request/ })
  t.match(await ask(newcomer, `mtls.${second}`), {
    status: 421,
    text: /misdirected_request/,
    headers: { connection: 'close' },
  })
  await t.rejects(connect(client, `mtls.${second}`), 'unknown again')
  t.match(await ask(open), { status: 200, headers: { connection: 'keep-alive' } })
  open.destroy()
})

t.test('broken content is refused as a whole, with file and line, and mended later', async (t) => {
  const open = await connect()
  const serverKey = servers.server('elsewhere.example.com').keyPem
  await write('server.key', serverKey)
  const line = await stage.nextLine('configuration_refused')
  t.match(line, { level: 'error', file: fileOf(stage, 'edge.yaml'), line: Number, path: /keyFile/ })
  t.match(await stage.readyz(), {
    status: 200,
    body: {
      status: 'degraded',
      parts: { configuration: { state: 'refused', problems: [{ path: /keyFile/, line: Number }] } },
    },
  })
  t.match(await ask(open), { status: 200 })
  const next = await connect()
  t.match(await ask(next), { status: 200 })
  await reload(replaceServerCertificate)
  t.match(await stage.readyz(), {
    status: 200,
    body: { status: 'ready', parts: { configuration: { state: 'ready', problems: [] } } },
  })
  open.destroy()
  next.destroy()
})

t.test('a file caught half-way is not reported', async (t) => {
  const crl = listOf()
  await write('clients.crl', crl.slice(0, crl.length / 3))
  await new Promise((resolve) => setTimeout(resolve, 600))
  await reload(() => write('clients.crl', crl))
  t.equal(stage.output().split('configuration_refused').length, 2, 'the one of the test before')
})

t.test('SIGHUP reads again what has not changed', async (t) => {
  await reload(async () => stage.child.kill('SIGHUP'))
  t.match(await stage.nextLine('reload_asked'), { signal: 'SIGHUP' })
})

t.test('what only the start reads is named, and the rest takes effect', async (t) => {
  await reload(() => stage.configure((rest) => ({ ...rest, shutdownTimeout: '1s' })))
  t.match(await stage.nextLine('configuration_warning'), {
    path: 'shutdownTimeout',
    message: /^shutdownTimeout takes effect at the next start$/,
  })
})

t.test('the log has no secret', async (t) => {
  t.notMatch(stage.output(), OLD_KEY)
  t.notMatch(stage.output(), NEW_KEY)
  t.notMatch(stage.output(), /PRIVATE KEY/)
})
