import { readFile, writeFile } from 'node:fs/promises'
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
