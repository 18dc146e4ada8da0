import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { loadConfiguration, type RunningEdge, startEdge } from '@mtls-edge/edge'
import {
  createPki,
  type Issued,
  type RecordingUpstream,
  rawTlsRequest,
  startRecordingUpstream,
  type WireResponse,
} from '@mtls-edge/testkit'
import { pino } from 'pino'
import { stringify } from 'yaml'
import {
  createLoggedTelemetry,
  type Subscriber,
  type Telemetry,
} from '../dist/telemetry/observer.js'

export const CUSTOM = 'auth.example.com'
export const ALIAS = 'mtls.auth.example.com'
export const API_KEY = 'the-api-key-that-nobody-may-see'
export const servers = createPki({ name: 'Servers' })
export const clients = createPki({ name: 'Clients' })

/** More than anything here takes on a busy machine, in milliseconds. */
const PATIENCE = 30_000

/** A test that the stage tidies up after. */
interface Teardown {
  teardown(fn: () => unknown): unknown
}

/** An edge in this process, from a written configuration file, before an upstream that records. */
export interface EdgeStage {
  readonly edge: RunningEdge
  /** The configuration file. */
  readonly file: string
  readonly upstream: RecordingUpstream
  /** The log so far, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[]
  /** The log so far, as it came. */
  readonly output: () => string
  /** Resolves when the answer is there and the request's line is in the log. */
  ask(request: EdgeRequest): Promise<WireResponse>
}

export interface EdgeRequest {
  /** What is sent, byte for byte. */
  readonly bytes: string
  readonly certificate?: Issued
  /** Default: the alias. */
  readonly servername?: string
}

/** What a test adds to the configuration. */
export interface StageAdditions {
  /** Beside `domains`, or instead of what stands there. */
  readonly settings?: object
  /** By name, in the folder of the configuration. */
  readonly files?: Readonly<Record<string, string>>
  /** Is told what happens. */
  readonly subscriber?: Subscriber
  /** Where it is told. Default: one of its own. */
  readonly telemetry?: Telemetry
}

/** Starts it; `change` may rewrite the domain's part of the configuration. */
export async function startEdgeStage(
  t: Teardown,
  change: (domain: Domain) => object = (domain) => domain,
  more: StageAdditions = {},
): Promise<EdgeStage> {
  const { file, upstream } = await writeStageFiles(t, change, more)
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const configuration = loadConfiguration(file, { environment: {} })
  const log = pino({ base: null }, sink)
  const telemetry = more.telemetry ?? createLoggedTelemetry(log)
  telemetry.subscribe(more.subscriber ?? {})
  const edge = await startEdge(configuration, { log, telemetry })
  t.teardown(() => edge.stop())

  /** A request ends when its answer is out, which its client may have by then. What no part of the edge saw has no id. */
  async function untilLogged(id: string | undefined): Promise<void> {
    const deadline = performance.now() + PATIENCE
    while (id !== undefined && !lines.some((line) => line.includes(id))) {
      if (performance.now() > deadline) throw new Error(`no line of the request ${id}`)
      await pause(1)
    }
  }

  return {
    edge,
    file,
    upstream,
    get log() {
      return lines.map((line): Record<string, unknown> => JSON.parse(line))
    },
    output: () => lines.join(''),
    async ask({ bytes, certificate, servername = ALIAS }) {
      const identity = certificate === undefined ? {} : { certificate }
      const options = { port: edge.port, servername, ca: servers.root.pem, bytes, ...identity }
      const { response } = await rawTlsRequest(options)
      if (response === null) throw new Error('the edge closed without a response')
      await untilLogged(response.headers['x-request-id'])
      return response
    },
  }
}

/** Starts the upstream, and writes the configuration and the files that it names into a folder of their own. */
export async function writeStageFiles(
  t: Teardown,
  change: (domain: Domain) => object = (domain) => domain,
  more: StageAdditions = {},
): Promise<{ readonly file: string; readonly upstream: RecordingUpstream }> {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-stage-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const upstream = await startRecordingUpstream({ certificate: servers.server('localhost') })
  t.teardown(() => upstream.close())
  const server = servers.server([CUSTOM, ALIAS])
  const files = {
    'server.crt': server.chainPem,
    'server.key': server.keyPem,
    'clients-root.pem': clients.root.pem,
    'clients-intermediate.pem': clients.intermediate.pem,
    'target-ca.pem': servers.root.pem,
    'edge.yaml': stringify({
      listen: { host: '127.0.0.1', port: 0 },
      workers: 1,
      health: { host: '127.0.0.1', port: 0 },
      shutdownTimeout: '2s',
      ...more.settings,
      domains: [change(describeDomain(upstream.port))],
    }),
    ...more.files,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return { file: join(directory, 'edge.yaml'), upstream }
}

export type Domain = ReturnType<typeof describeDomain>

function describeDomain(targetPort: number) {
  return {
    customDomain: CUSTOM,
    serverCertificates: [{ certificateFile: 'server.crt', keyFile: 'server.key' }],
    auth0: {
      forwardingTarget: `https://localhost:${targetPort}`,
      cnameApiKey: API_KEY,
      caFile: 'target-ca.pem',
    },
    clientCertificates: {
      caSigned: {
        trustAnchorFiles: ['clients-root.pem'],
        // Clients send it along, but some releases of Node hide that from a server (nodejs/node#65579).
        intermediateFiles: ['clients-intermediate.pem'],
        revocation: { mode: 'off' },
      },
      selfSigned: 'forward',
    },
  }
}

/** The domain with CRLs, which must tell of every certificate, and no self-signed ones. */
export const withCrls =
  (...crlFiles: readonly string[]) =>
  (domain: Domain): object => ({
    ...domain,
    clientCertificates: {
      caSigned: {
        ...domain.clientCertificates.caSigned,
        revocation: { mode: 'require', crlFiles },
      },
    },
  })

/** A request in HTTP/1.1 with the host of the connection. */
export const request = (line: string, headers = '', host = ALIAS, body = ''): string =>
  `${line} HTTP/1.1\r\nHost: ${host}\r\n${headers}${body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`}\r\n${body}`
