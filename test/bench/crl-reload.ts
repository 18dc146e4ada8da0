/**
 * What a CRL file costs an edge that runs: how long until a client that a new list revokes is refused, on a connection that is open,
 * and how long the event loop of any of its processes was held meanwhile. Bounds: 2 s, 20 ms.
 *
 * Run: node test/bench/crl-reload.ts [ENTRIES, default 1000000]
 */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from 'node:tls'
import {
  createPki,
  findEdgeProgram,
  issueCrl,
  spawnEdge,
  startRecordingUpstream,
} from '@mtls-edge/testkit'

const ENTRIES = Number(process.argv[2] ?? 1_000_000)
const ALIAS = 'mtls.auth.example.com'

const servers = createPki({ name: 'Servers' })
const clients = createPki({ name: 'Clients' })
const client = clients.client()

function listOf(number: number, isRevoked: boolean): { der: Buffer; pem: string } {
  const revoked = isRevoked ? [{ serialNumber: client }] : []
  const { der, pem } = issueCrl({
    issuer: clients.intermediate,
    bulk: ENTRIES,
    crlNumber: number,
    revoked,
  })
  return { der: Buffer.from(der), pem }
}

async function measure(form: 'DER' | 'PEM', workers: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-bench-'))
  const at = (name: string): string => join(directory, name)
  const upstream = await startRecordingUpstream({ certificate: servers.server('localhost') })
  const contentOf = (list: { der: Buffer; pem: string }) => (form === 'DER' ? list.der : list.pem)
  const server = servers.server(['auth.example.com', ALIAS])
  const configuration = {
    listen: { host: '127.0.0.1', port: 0 },
    health: { host: '127.0.0.1', port: 0 },
    workers,
    domains: [
      {
        customDomain: 'auth.example.com',
        serverCertificates: [{ certificateFile: 'server.crt', keyFile: 'server.key' }],
        auth0: {
          forwardingTarget: `https://localhost:${upstream.port}`,
          cnameApiKey: 'key-of-the-bench',
          caFile: 'upstream.pem',
        },
        clientCertificates: {
          caSigned: {
            trustAnchorFiles: ['root.pem'],
            intermediateFiles: ['intermediate.pem'],
            revocation: { mode: 'require', crlFiles: ['root.crl', 'clients.crl'] },
          },
        },
      },
    ],
  }
  const files: Record<string, string | Buffer> = {
    'server.crt': server.chainPem,
    'server.key': server.keyPem,
    'upstream.pem': servers.root.pem,
    'root.pem': clients.root.pem,
    'intermediate.pem': clients.intermediate.pem,
    'root.crl': issueCrl({ issuer: clients.root }).pem,
    'clients.crl': contentOf(listOf(1, false)),
    'edge.yaml': JSON.stringify(configuration),
    turns: '',
  }
  for (const [name, content] of Object.entries(files)) await writeFile(at(name), content)
  await writeFile(at('next.crl'), contentOf(listOf(2, true)))
  process.env.MTLS_EDGE_BENCH_TURNS = at('turns')
  process.env.NODE_OPTIONS = `--import ${new URL('./turns-of-process.ts', import.meta.url).href}`
  const logFile = at('edge.log')
  const edge = spawnEdge({ program: findEdgeProgram(), configFile: at('edge.yaml'), logFile })
  delete process.env.NODE_OPTIONS
  try {
    const startedAt = performance.now()
    const port = await edge.ready
    const start = performance.now() - startedAt
    const connection = connect({
      ...{ port, host: '127.0.0.1', servername: ALIAS, ca: servers.root.pem },
      ...{ cert: client.chainPem, key: client.keyPem },
    })
    let answers = ''
    connection.setEncoding('latin1').on('data', (text) => {
      answers += text
    })
    const ask = async (): Promise<string> => {
      answers = ''
      connection.write(`GET /userinfo HTTP/1.1\r\nhost: ${ALIAS}\r\n\r\n`)
      while (!answers.includes('\r\n\r\n')) await pause(5)
      return answers.slice(9, 12)
    }
    const before = await ask()
    await pause(500)
    await writeFile(at('turns'), '')
    await rename(at('next.crl'), at('clients.crl'))
    const renamedAt = performance.now()
    let status = before
    while (status === before && performance.now() - renamedAt < 20_000) status = await ask()
    const took = performance.now() - renamedAt
    await pause(500)
    const holds = new Map<string, number>()
    for (const line of (await readFile(at('turns'), 'utf8')).split('\n')) {
      const [pid = '', , time] = line.split(' ')
      if (pid !== '') holds.set(pid, Math.max(holds.get(pid) ?? 0, Number(time)))
    }
    const longest = [...holds.values()].map((time) => `${time} ms`).join(', ')
    console.log(
      `${form}, ${workers} worker(s), ${ENTRIES} entries: ready after ${Math.round(start)} ms; ${before}, then ${status} after ${Math.round(took)} ms; ` +
        `longest hold of each process: ${longest || 'under 2 ms'}`,
    )
    if (process.env.SHOW)
      console.log(await readFile(at('turns'), 'utf8'), await readFile(logFile, 'utf8'))
    connection.destroy()
  } finally {
    await edge.stop()
    await upstream.close()
    await rm(directory, { recursive: true })
  }
}

for (const form of ['DER', 'PEM'] as const)
  for (const workers of [1, 2]) await measure(form, workers)
