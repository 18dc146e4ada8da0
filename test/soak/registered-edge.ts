import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createPki, findEdgeProgram, spawnEdge } from '@mtls-edge/testkit'

export const CUSTOM = 'auth.example.com'
export const ALIAS = 'mtls.auth.example.com'

/** How often the log is looked at until a line is there, in milliseconds. */
const LOOK_EVERY = 50

export const servers = createPki({ name: 'Servers' })
export const clients = createPki({ name: 'Clients' })

export interface RegisteredEdgeOptions {
  /** Empty, and removed by the caller. */
  readonly directory: string
  readonly registryUrl: string
  /** Seconds. */
  readonly maxStaleness: number
  readonly workers: number
  readonly upstreamPort: number
}

/** An edge that lets nobody in who is not registered, as processes of its own. */
export interface RegisteredEdge {
  readonly port: number
  /** Status, and what it says of the registry. */
  readyz(): Promise<{ readonly status: number; readonly registry: unknown }>
  /** The log so far, parsed. */
  log(): Promise<readonly Readonly<Record<string, unknown>>[]>
  stop(): Promise<void>
}

/**
 * Starts it.
 *
 * @throws EdgeStartError with its last lines as the cause
 */
export async function startRegisteredEdge(options: RegisteredEdgeOptions): Promise<RegisteredEdge> {
  const { directory } = options
  const configFile = join(directory, 'edge.yaml')
  const logFile = join(directory, 'edge.log')
  const server = servers.server([CUSTOM, ALIAS])
  const files = {
    'server.crt': server.chainPem,
    'server.key': server.keyPem,
    'servers-root.pem': servers.root.pem,
    'clients-root.pem': clients.root.pem,
    'clients-intermediate.pem': clients.intermediate.pem,
    'edge.yaml': JSON.stringify(describe(options)),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const edge = spawnEdge({ program: findEdgeProgram(), configFile, logFile })
  const port = await edge.ready.catch((error: Error) => {
    throw new Error(error.message, { cause: edge.lastLines().join('\n') })
  })
  const log = async (): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    // What is being written ends without a line's end.
    const lines = (await readFile(logFile, 'utf8')).split('\n').slice(0, -1)
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  }
  const healthPort = await findHealthPort(log)
  return {
    port,
    log,
    async readyz() {
      const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`)
      const { parts } = JSON.parse(await response.text())
      return { status: response.status, registry: parts.registry }
    },
    stop: () => edge.stop(),
  }
}

async function findHealthPort(log: RegisteredEdge['log']): Promise<unknown> {
  for (;;) {
    const ready = (await log()).find(({ event }) => event === 'ready')
    if (ready !== undefined) return ready.healthPort
    await pause(LOOK_EVERY)
  }
}

function describe({ registryUrl, maxStaleness, workers, upstreamPort }: RegisteredEdgeOptions) {
  return {
    listen: { host: '127.0.0.1', port: 0 },
    health: { host: '127.0.0.1', port: 0 },
    workers,
    registry: { url: registryUrl, maxStaleness: `${maxStaleness}s` },
    domains: [
      {
        customDomain: CUSTOM,
        serverCertificates: [{ certificateFile: 'server.crt', keyFile: 'server.key' }],
        auth0: {
          forwardingTarget: `https://localhost:${upstreamPort}`,
          cnameApiKey: 'the-api-key',
          caFile: 'servers-root.pem',
        },
        clientCertificates: {
          caSigned: {
            trustAnchorFiles: ['clients-root.pem'],
            // Clients send it along, but some releases of Node hide that from a server (nodejs/node#65579).
            intermediateFiles: ['clients-intermediate.pem'],
            requireRegistration: true,
            revocation: { mode: 'off' },
          },
          selfSigned: 'registered',
        },
      },
    ],
  }
}
