import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:tls'
import { loadConfiguration } from '@mtls-edge/edge'
import { type Issued, TLS_VERSIONS, visitTls } from '@mtls-edge/testkit'
import t from 'tap'
import {
  ALIAS,
  CUSTOM,
  clients,
  type Domain,
  type EdgeStage,
  request,
  servers,
  startEdgeStage,
} from './edge-stage.ts'

const safely = (domain: Domain) => ({ ...domain, resumption: 'safe' })

interface Options {
  readonly servername?: string
  readonly certificate?: Issued
  readonly session?: Buffer
}

async function visit({ edge }: EdgeStage, tls: object, options: Options) {
  const { servername = ALIAS, ...rest } = options
  const line = servername === ALIAS ? 'POST /oauth/token' : 'GET /.well-known/jwks.json'
  const { answer, ...seen } = await visitTls({
    port: edge.port,
    servername,
    tls: { ...tls, ca: servers.root.pem, rejectUnauthorized: true },
    bytes: request(line, '', servername),
    ...rest,
  })
  return { ...seen, status: answer.status }
}

/** One request over HTTP/2. */
async function visitHttp2({ edge }: EdgeStage, tls: object, { certificate, session }: Options) {
  const socket = connect({
    host: '127.0.0.1',
    port: edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    ALPNProtocols: ['h2'],
    ...tls,
    ...(certificate && { cert: certificate.chainPem, key: certificate.keyPem }),
    ...(session && { session }),
  })
  let kept: Buffer | undefined
  socket.on('session', (next: Buffer) => {
    kept = next
  })
  await once(socket, 'secureConnect')
  const isReused = socket.isSessionReused()
  const client = connectHttp2(`https://${ALIAS}`, { createConnection: () => socket })
  const stream = client.request({ ':method': 'POST', ':path': '/oauth/token' })
  stream.resume().end()
  const [headers] = await once(stream, 'response')
  await once(stream, 'close')
  client.destroy()
  return { isReused, status: headers[':status'], session: kept ?? Buffer.alloc(0) }
}

for (const [version, tls] of TLS_VERSIONS) {
  t.test(`with off, which is the default, nothing resumes (${version})`, async (t) => {
    const stage = await startEdgeStage(t)
    for (const servername of [ALIAS, CUSTOM]) {
      const visitor = servername === ALIAS ? { certificate: clients.client() } : { servername }
      const { session } = await visit(stage, tls, visitor)
      t.match(await visit(stage, tls, { ...visitor, session }), { isReused: false, status: 200 })
    }
  })

  t.test(`with safe, Auth0 gets the same of a resumed connection (${version})`, async (t) => {
    const stage = await startEdgeStage(t, safely)
    for (const certificate of [clients.client(), clients.selfSignedClient()]) {
      const { session, ...first } = await visit(stage, tls, { certificate })
      t.match(first, { isReused: false, status: 200 })
      t.match(await visit(stage, tls, { session }), { isReused: true, status: 200 })
      const [one, other] = stage.upstream.requests.slice(-2).map(({ headers }) => headers)
      for (const name of ['client-certificate', 'client-certificate-ca-verified']) {
        t.ok(one?.[name], name)
        t.equal(one?.[name], other?.[name])
      }
    }
  })

  t.test(
    `with safe, the custom domain resumes too, and asks for nothing (${version})`,
    async (t) => {
      const stage = await startEdgeStage(t, safely)
      const { session } = await visit(stage, tls, { servername: CUSTOM })
      const again = await visit(stage, tls, { servername: CUSTOM, session })
      t.match(again, { isReused: true, status: 200 })
      t.equal(stage.upstream.requests.at(-1)?.headers['client-certificate'], undefined)
    },
  )

  t.test(`with safe, HTTP/2 resumes as well (${version})`, async (t) => {
    const stage = await startEdgeStage(t, (domain) => ({ ...safely(domain), http2: true }))
    const { session, ...first } = await visitHttp2(stage, tls, { certificate: clients.client() })
    t.match(first, { isReused: false, status: 200 })
    t.match(await visitHttp2(stage, tls, { session }), { isReused: true, status: 200 })
    t.ok(stage.upstream.requests.at(-1)?.headers['client-certificate'])
  })

  t.test(`a reload turns resumption on and off for new connections (${version})`, async (t) => {
    const stage = await startEdgeStage(t)
    const certificate = clients.client()
    const before = await readFile(stage.file, 'utf8')
    const change = async (text: string): Promise<void> => {
      await writeFile(stage.file, text)
      await stage.edge.update(loadConfiguration(stage.file, { environment: {} }))
    }
    await change(before.replace('serverCertificates:', 'resumption: safe\n    serverCertificates:'))
    const { session } = await visit(stage, tls, { certificate })
    t.match(await visit(stage, tls, { session }), { isReused: true, status: 200 })
    await change(before)
    t.match(await visit(stage, tls, { certificate, session }), { isReused: false, status: 200 })
    const later = await visit(stage, tls, { certificate })
    const after = await visit(stage, tls, { certificate, session: later.session })
    t.match(after, { isReused: false, status: 200 })
  })
}
