import { loadConfiguration, startEdge } from '@mtls-edge/edge'
import { type Issued, sendRaw } from '@mtls-edge/testkit'
import Fastify from 'fastify'

/** A domain of the edge's configuration file, as far as a test chooses. */
export interface DomainUnderTest {
  readonly customDomain: string
  readonly mtlsDomain: string
  /** What the edge answers with on both names. */
  readonly server: Issued
  readonly forwardingTarget: string
  /** The root that the forwarding target is trusted by. */
  readonly upstreamRoot: Issued
  readonly cnameApiKey: string
  /** Left out: CA-signed certificates are refused. */
  readonly clientRoots?: readonly Issued[]
  readonly intermediates?: readonly Issued[]
  /** Default: `forward`. */
  readonly selfSigned?: 'reject' | 'forward'
  readonly endpoints?: readonly string[]
}

/** An edge that takes connections. */
export interface EdgeUnderTest {
  readonly port: number
  /** Every line that it logged so far. */
  readonly log: readonly string[]
  /** The end of the test does it too. */
  stop(): Promise<void>
}

/** The part of tap's test object that is needed here. */
interface TestScope {
  testdir(fixture: Record<string, string>): string
  teardown(end: () => Promise<void>): void
}

/** Starts an edge from a configuration file with these domains, on a free port; it is stopped at the end of the test. */
export async function startEdgeUnderTest(
  t: TestScope,
  domains: readonly DomainUnderTest[],
): Promise<EdgeUnderTest> {
  const files: Record<string, string> = {}
  const configuration = {
    listen: { host: '127.0.0.1', port: 0 },
    health: { host: '127.0.0.1', port: 0 },
    workers: 1,
    domains: domains.map((domain, index) => describeDomain(domain, `domain-${index}`, files)),
  }
  // JSON is YAML too.
  files['edge.yaml'] = JSON.stringify(configuration, null, 2)
  const file = `${t.testdir(files)}/edge.yaml`
  const log: string[] = []
  const { port, stop } = await startEdge(loadConfiguration(file, { environment: {} }), {
    log: Fastify({ logger: { stream: { write: (line) => void log.push(line) } } }).log,
  })
  t.teardown(stop)
  return { port, log, stop }
}

function describeDomain(domain: DomainUnderTest, name: string, files: Record<string, string>) {
  const { customDomain, mtlsDomain, clientRoots, intermediates = [] } = domain
  const write = (kind: string, content: string) => {
    files[`${name}-${kind}`] = content
    return `${name}-${kind}`
  }
  const caSigned = clientRoots && {
    trustAnchorFiles: clientRoots.map((root, index) => write(`root-${index}.pem`, root.pem)),
    intermediateFiles: intermediates.map((one, index) => write(`ca-${index}.pem`, one.pem)),
    revocation: { mode: 'off' },
  }
  return {
    customDomain,
    mtlsDomain,
    serverCertificates: [
      {
        certificateFile: write('server.pem', domain.server.chainPem),
        keyFile: write('server.key', domain.server.keyPem),
      },
    ],
    auth0: {
      forwardingTarget: domain.forwardingTarget,
      cnameApiKeyFile: write('api-key', domain.cnameApiKey),
      caFile: write('upstream.pem', domain.upstreamRoot.pem),
    },
    ...(domain.endpoints && { endpoints: domain.endpoints }),
    clientCertificates: {
      ...(caSigned && { caSigned }),
      selfSigned: domain.selfSigned ?? 'forward',
    },
  }
}

/** A client-credentials request to `/oauth/token`, by whoever holds the certificate. */
export interface TokenRequest {
  readonly port: number
  readonly ca: string
  readonly servername: string
  readonly clientId: string
  /** PEM of the certificate and what is sent with it; `null` for none. */
  readonly certificate: string | null
  readonly key: string | null
  /** Default: TLSv1.3. */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3'
}

/** Asks for a token over a connection of its own. */
export function askForToken(request: TokenRequest) {
  const { certificate, key, clientId, port, ca, servername } = request
  return sendRaw({
    port,
    ca,
    servername,
    ...(certificate === null ? {} : { certificate }),
    ...(key === null ? {} : { key }),
    tls: { ciphers: 'DEFAULT@SECLEVEL=0', maxVersion: request.maxVersion ?? 'TLSv1.3' },
    method: 'POST',
    path: '/oauth/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&client_id=${clientId}`,
  })
}
