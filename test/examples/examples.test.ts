import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPki, type Issued, rawTlsRequest, startRecordingUpstream } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { startExample } from './example-process.ts'

const API_KEY = 'an-api-key-of-the-test'
const ALIAS = 'mtls.auth.example.com'
const servers = createPki({ name: 'Servers' })
const clients = createPki({ name: 'Clients' })
const TOKEN_REQUEST = `POST /oauth/token HTTP/1.1\r\nHost: ${ALIAS}\r\nClient-Certificate: forged\r\nContent-Length: 3\r\n\r\na=b`

/** A directory with the files that an operator has beside the configuration. */
async function createFiles(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-example-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const server = servers.server(['auth.example.com', ALIAS])
  const files = {
    'server.crt': server.chainPem,
    'server.key': server.keyPem,
    'clients-root.pem': clients.root.pem,
    'target-ca.pem': servers.root.pem,
    'cname-api-key': `${API_KEY}\n`,
  }
  for (const [name, text] of Object.entries(files))
    await writeFile(join(directory, name), text, { mode: 0o600 })
  return directory
}

async function startTarget(t: Test): ReturnType<typeof startRecordingUpstream> {
  const certificate = servers.server('localhost')
  const upstream = await startRecordingUpstream({ certificate })
  t.teardown(() => upstream.close())
  return upstream
}

const ask = async (port: number, certificate: Issued | null): Promise<number | undefined> => {
  const identity = certificate === null ? {} : { certificate }
  const { response } = await rawTlsRequest({
    port,
    servername: ALIAS,
    ...identity,
    bytes: TOKEN_REQUEST,
  })
  return response?.status
}

t.test("the three plugins in a service of one's own", async (t) => {
  const directory = await createFiles(t)
  const upstream = await startTarget(t)
  const example = await startExample('three-plugins/server.ts', {
    env: {
      PORT: '0',
      CUSTOM_DOMAIN: 'auth.example.com',
      MTLS_DOMAIN: ALIAS,
      CERTIFICATE_FILE: join(directory, 'server.crt'),
      KEY_FILE: join(directory, 'server.key'),
      CLIENTS_ROOT_FILE: join(directory, 'clients-root.pem'),
      FORWARDING_TARGET: `https://localhost:${upstream.port}`,
      CNAME_API_KEY: API_KEY,
      TARGET_CA_FILE: join(directory, 'target-ca.pem'),
    },
    readPort: (line) =>
      Number(/listening at https:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? 'NaN') || null,
  })
  t.teardown(() => example.stop())
  await tryTheEdge(t, example.port, upstream)
})

t.test("the whole edge from a configuration file, in a program of one's own", async (t) => {
  const directory = await createFiles(t)
  const upstream = await startTarget(t)
  const file = join(directory, 'edge.yaml')
  const example = fileURLToPath(new URL('../../examples/edge-from-file/edge.yaml', import.meta.url))
  const text = await readFile(example, 'utf8')
  await writeFile(file, text.replace('port: 8443', 'port: 0').replace('port: 9091', 'port: 0'))
  const running = await startExample('edge-from-file/start.ts', {
    args: [file],
    env: { FORWARDING_TARGET: `https://localhost:${upstream.port}` },
    readPort: (line) => Number(/"event":"ready","port":(\d+)/.exec(line)?.[1] ?? 'NaN') || null,
  })
  t.teardown(() => running.stop())
  await tryTheEdge(t, running.port, upstream)
})

/** A client of the CA gets through with its own certificate; nobody and a stranger don't. */
async function tryTheEdge(t: Test, port: number, upstream: Upstream): Promise<void> {
  const client = clients.client()
  t.equal(await ask(port, client), 200)
  const [request] = upstream.requests
  const headers = new Map(pairsOf(request?.rawHeaders ?? []))
  t.equal(
    decodeURIComponent(headers.get('client-certificate') ?? ''),
    client.pem,
    'not the forged one',
  )
  t.equal(headers.get('client-certificate-ca-verified'), 'SUCCESS')
  t.equal(headers.get('cname-api-key'), API_KEY)
  t.equal(await ask(port, null), 401)
  t.equal(await ask(port, createPki({ name: 'Strangers' }).client()), 401)
  t.equal(upstream.requests.length, 1, 'nothing of the refused ones reached the target')
}

type Upstream = Awaited<ReturnType<typeof startRecordingUpstream>>

function* pairsOf(rawHeaders: readonly string[]): Generator<[string, string]> {
  for (let index = 0; index < rawHeaders.length; index += 2)
    yield [(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '']
}
