/**
 * What a CRL file costs an edge: how long until it listens; when it runs, how long until a client that a new list revokes is refused,
 * on a connection that is open; and how long the event loop of any of its processes was held meanwhile. Bounds: 2 s, 20 ms.
 *
 * The first line is of a list that holds nothing: what an edge costs without one.
 *
 * Run: node test/bench/crl-reload.ts [ENTRIES, default 1000000] [RUNS, default 1]
 */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
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
const RUNS = Number(process.argv[3] ?? 1)
/** Milliseconds. */
const ASKED_EVERY = 20

const ALIAS = 'mtls.auth.example.com'

const servers = createPki({ name: 'Servers' })
const clients = createPki({ name: 'Clients' })
const client = clients.client()

function listOf(number: number, isRevoked: boolean, entries: number): { der: Buffer; pem: string } {
  const revoked = isRevoked ? [{ serialNumber: client }] : []
  const { der, pem } = issueCrl({
    issuer: clients.intermediate,
    bulk: entries,
    crlNumber: number,
    revoked,
  })
  return { der: Buffer.from(der), pem }
}

/** The longest holds of each process that a file of turns tells of. */
async function readHolds(file: string, count: number): Promise<string> {
  const holds = new Map<string, number[]>()
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [pid = '', , time] = line.split(' ')
    if (pid !== '') holds.set(pid, [...(holds.get(pid) ?? []), Number(time)])
  }
  const longest = [...holds.values()].map((times) => times.sort((a, b) => b - a).slice(0, count))
  return longest.map((times) => times.join(' ')).join(' / ') || 'under 2'
}

async function measure(form: 'DER' | 'PEM', workers: number, entries: number): Promise<void> {
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
    'clients.crl': contentOf(listOf(1, false, entries)),
    'edge.yaml': JSON.stringify(configuration),
    turns: '',
  }
  for (const [name, content] of Object.entries(files)) await writeFile(at(name), content)
  await writeFile(at('next.crl'), contentOf(listOf(2, true, entries)))
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
      port,
      host: '127.0.0.1',
      servername: ALIAS,
      ca: servers.root.pem,
      cert: client.chainPem,
      key: client.keyPem,
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
    const startHolds = await readHolds(at('turns'), 3)
    await writeFile(at('turns'), '')
    await rename(at('next.crl'), at('clients.crl'))
    const renamedAt = performance.now()
    let status = before
    while (status === before && performance.now() - renamedAt < 20_000) {
      // Requests take time that the list wants.
      await pause(ASKED_EVERY)
      status = await ask()
    }
    const took = performance.now() - renamedAt
    await pause(500)
    const reloadHolds = await readHolds(at('turns'), 1)
    console.log(
      `${form}, ${workers} worker(s), ${entries} entries: ready after ${Math.round(start)} ms, longest holds of each process ${startHolds} ms; ` +
        `${before}, then ${status} after ${Math.round(took)} ms, longest hold of each ${reloadHolds} ms; load ${loadavg()[0]?.toFixed(1)}`,
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

await measure('DER', 1, 0)
for (const form of ['DER', 'PEM'] as const)
  for (const workers of [1, 2])
    for (let run = 0; run < RUNS; run++) await measure(form, workers, ENTRIES)
