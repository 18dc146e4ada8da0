import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPki, findEdgeProgram, type Issued, issueCrl, spawnEdge } from '@mtls-edge/testkit'

export const ALIAS = 'mtls.auth.example.com'
const SECOND = 'second.example.com'

/** How many kinds of changes there are. */
export const KINDS = 6

const servers = createPki({ name: 'Servers' })
const clients = createPki({ name: 'Clients' })
const others = createPki({ name: 'Others' })

/** An edge whose files a test changes. */
export interface ChangingEdge {
  readonly port: number
  readonly ca: string
  readonly client: Issued
  /** Makes the next change; returns what was changed. */
  changeNext(): Promise<string>
  /** How often its log says that a new configuration is in force, and that one was refused. */
  countLoads(): Promise<{ readonly loaded: number; readonly refused: number }>
  /** The API key that was written last. */
  readonly apiKey: string
  stop(): Promise<void>
}

/** Starts the edge as processes of their own, before an upstream that listens on `upstreamPort`. */
export async function startChangingEdge(
  directory: string,
  upstreamPort: number,
  upstreamRoot: string,
  workers: number,
): Promise<ChangingEdge> {
  const logFile = join(directory, 'edge.log')
  const configFile = join(directory, 'edge.yaml')
  let apiKey = ''
  let count = 0
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(directory, name), text)

  /** What is added in one round is taken away in the next. */
  const isOddRound = (): boolean => Math.floor(count / KINDS) % 2 === 0

  const changes = {
    async 'server certificate'() {
      const next = servers.server(['auth.example.com', ALIAS, SECOND, `mtls.${SECOND}`])
      await write('server.crt', next.chainPem)
      await write('server.key', next.keyPem)
    },
    async CRL() {
      const revoked = [{ serialNumber: clients.client() }]
      const lists = [
        issueCrl({ issuer: clients.root }),
        issueCrl({ issuer: clients.intermediate, revoked }),
      ]
      await write('clients.crl', lists.map(({ pem }) => pem).join(''))
    },
    async anchors() {
      await write('roots.pem', clients.root.pem + (isOddRound() ? others.root.pem : ''))
    },
    async 'API key'() {
      apiKey = `key-number-${count}`
      await write('api-key', `${apiKey}\n`)
    },
    async domains() {
      await write('edge.yaml', describe(isOddRound() ? [SECOND] : [], []))
    },
    async endpoints() {
      await write('edge.yaml', describe([], isOddRound() ? ['/oauth/revoke'] : []))
    },
  }

  function describe(domains: readonly string[], endpoints: readonly string[]): string {
    return JSON.stringify({
      listen: { host: '127.0.0.1', port: 0 },
      health: { host: '127.0.0.1', port: 0 },
      workers,
      domains: ['auth.example.com', ...domains].map((customDomain) => ({
        customDomain,
        serverCertificates: [{ certificateFile: 'server.crt', keyFile: 'server.key' }],
        auth0: {
          forwardingTarget: `https://localhost:${upstreamPort}`,
          cnameApiKeyFile: 'api-key',
          caFile: 'upstream.pem',
        },
        endpoints: ['/oauth/token', ...endpoints],
        clientCertificates: {
          caSigned: {
            trustAnchorFiles: ['roots.pem'],
            // Clients send it along, but some releases of Node hide that from a server (nodejs/node#65579).
            intermediateFiles: ['intermediate.pem'],
            revocation: { mode: 'require', crlFiles: ['clients.crl'] },
          },
        },
      })),
    })
  }

  await write('upstream.pem', upstreamRoot)
  await write('intermediate.pem', clients.intermediate.pem)
  for (const change of Object.values(changes)) await change()
  const edge = spawnEdge({ program: findEdgeProgram(), configFile, logFile })
  const port = await edge.ready
  return {
    port,
    ca: servers.root.pem,
    client: clients.client(),
    async changeNext() {
      const [name, change] = Object.entries(changes)[count % KINDS] ?? ['nothing', null]
      await change?.()
      count += 1
      return name
    },
    async countLoads() {
      const log = await readFile(logFile, 'utf8')
      const times = (event: string): number => log.split(`"event":"${event}"`).length - 1
      return { loaded: times('configuration_loaded'), refused: times('configuration_refused') }
    },
    get apiKey() {
      return apiKey
    },
    stop: () => edge.stop(),
  }
}
