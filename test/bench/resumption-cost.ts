// Measures what a new connection with one request costs the edge: by a full handshake, with and without tickets, and resumed.
//
//   node test/bench/resumption-cost.ts [rounds] [connections a round]
//
// The edge is a process of its own, whose CPU time is counted; clients and the forwarding target are this one. The kinds take
// turns, round by round, and of each kind the round counts that was disturbed the least: what else a machine does only adds.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { loadConfiguration, startEdge } from '@mtls-edge/edge'
import { type Issued, TLS_VERSIONS, visitTls } from '@mtls-edge/testkit'
import { createLogger } from '../../packages/edge/dist/service/log/logger.js'
import {
  ALIAS,
  clients,
  request,
  servers,
  writeStageFiles,
} from '../../packages/edge/test/edge-stage.ts'

const [, , first = '15', second = '40'] = process.argv
if (process.send === undefined) await measure(Number(first), Number(second))
else await runEdge(second)

async function runEdge(configuration: string): Promise<void> {
  const edge = await startEdge(loadConfiguration(configuration, { environment: {} }), {
    log: createLogger('info'),
  })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.on('disconnect', () => edge.stop())
  process.send?.(edge.port)
}

interface Edge {
  readonly child: ChildProcess
  readonly port: number
  /** CPU time so far, in microseconds. */
  cpu(): Promise<number>
}

async function startChild(resumption: 'off' | 'safe', cleanups: (() => unknown)[]): Promise<Edge> {
  const teardown = { teardown: (fn: () => unknown) => cleanups.unshift(fn) }
  const stage = await writeStageFiles(teardown, (domain) => ({ ...domain, resumption }))
  const child = fork(fileURLToPath(import.meta.url), ['edge', stage.file], {
    // It writes its log, to where nobody reads it.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  cleanups.unshift(() => child.disconnect())
  const [port] = await once(child, 'message')
  return {
    child,
    port,
    async cpu() {
      child.send('cpu')
      const [time] = await once(child, 'message')
      return time
    },
  }
}

async function measure(rounds: number, count: number): Promise<void> {
  const cleanups: (() => unknown)[] = []
  const [off, safe] = [await startChild('off', cleanups), await startChild('safe', cleanups)]
  const keys = { 'P-256': clients.client(), 'RSA 2048': clients.client({ key: 'rsa2048' }) }
  console.log(`Node ${process.versions.node}, ${rounds} rounds of ${count} connections`)
  for (const [version, tls] of TLS_VERSIONS) {
    for (const [key, certificate] of Object.entries(keys)) {
      const kinds = {
        'full, off': () => connect(off, count, tls, certificate, false),
        'full, safe': () => connect(safe, count, tls, certificate, false),
        resumed: () => connect(safe, count, tls, certificate, true),
      }
      const times = Object.keys(kinds).map((): number[] => [])
      // The first round warms up.
      for (let round = 0; round <= rounds; round += 1) {
        for (const [index, run] of Object.values(kinds).entries()) {
          const time = await run()
          if (round > 0) times[index]?.push(time)
        }
      }
      const [full = 0, ticketed = 0, resumed = 0] = times.map((all) => Math.min(...all))
      console.log(
        `${version}, client's key ${key}: full with off ${full.toFixed(0)} us, full with safe ${ticketed.toFixed(0)} us` +
          ` (${(ticketed / full).toFixed(2)}), resumed ${resumed.toFixed(0)} us (${(resumed / full).toFixed(2)})`,
      )
    }
  }
  for (const cleanUp of cleanups) await cleanUp()
}

/** CPU time of the edge for each of so many connections with one request, in microseconds. */
async function connect(
  edge: Edge,
  count: number,
  tls: object,
  certificate: Issued,
  resumes: boolean,
): Promise<number> {
  const visitor = {
    port: edge.port,
    servername: ALIAS,
    tls: { ...tls, ca: servers.root.pem },
    bytes: request('POST /oauth/token'),
  }
  const { session } = await visitTls({ ...visitor, certificate })
  const before = await edge.cpu()
  for (let done = 0; done < count; done += 1) {
    const seen = await visitTls(resumes ? { ...visitor, session } : { ...visitor, certificate })
    if (seen.isReused !== resumes || seen.answer.status !== 200) throw new Error('not as expected')
  }
  return ((await edge.cpu()) - before) / count
}
