import type { AddressInfo } from 'node:net'
import {
  type Auth0ForwarderOptions,
  auth0Forwarder,
  type ForwardOptions,
} from '@mtls-edge/auth0-forwarder'
import {
  createPki,
  openTlsConnection,
  type RecordingUpstream,
  rawTlsRequest,
  startRecordingUpstream,
  type TlsConnection,
  type UpstreamHandler,
  type WireResponse,
} from '@mtls-edge/testkit'
import fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'

export const apiKey = 'the-cname-api-key-of-this-test'
export const pki = createPki()
export const serverCertificate = pki.server(['localhost', '127.0.0.1', 'auth.example.com'])

/** What a test chooses; the certificate is the one that the handler forwards. */
export interface EdgeChoices {
  readonly clientCertificate?: ForwardOptions['clientCertificate']
  /** What else the handler says of each request. */
  readonly forward?: Omit<ForwardOptions, 'clientCertificate'>
  readonly options?: Partial<Auth0ForwarderOptions>
  readonly handler?: UpstreamHandler
  /** Gets every line that the service logs. */
  readonly onLog?: (line: string) => void
  /** Further set-up of the scope in which the forwarder is, before it is ready. */
  readonly setUp?: (scope: FastifyInstance) => void
}

export interface EdgeInTest {
  readonly app: FastifyInstance
  readonly port: number
  readonly upstream: RecordingUpstream
  /** Sends raw bytes on a connection of their own. */
  send(bytes: string | readonly string[]): Promise<WireResponse | null>
  /** Opens a connection that stays open. */
  connect(): Promise<TlsConnection>
}

/** A Fastify service with nothing but the forwarder, in front of a recording upstream; both end with the test. */
export async function startEdge(t: Test, choices: EdgeChoices = {}): Promise<EdgeInTest> {
  const upstream = await startRecordingUpstream({
    certificate: serverCertificate,
    ...(choices.handler && { handler: choices.handler }),
  })
  const app: FastifyInstance = fastify({
    ...(choices.onLog && { logger: { level: 'trace', stream: { write: choices.onLog } } }),
    forceCloseConnections: true,
    https: { cert: serverCertificate.chainPem, key: serverCertificate.keyPem },
  })
  t.teardown(async () => {
    await upstream.close()
    await app.close()
  })
  const { clientCertificate = null } = choices
  await app.register(async (scope) => {
    await scope.register(auth0Forwarder, {
      forwardingTarget: `https://localhost:${upstream.port}`,
      cnameApiKey: apiKey,
      ca: pki.root.pem,
      ...choices.options,
    })
    choices.setUp?.(scope)
    scope.all('/*', (_request, reply) =>
      reply.forwardToAuth0({ clientCertificate, ...choices.forward }),
    )
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo // A TCP server that listens has one.
  const client = { port, servername: 'auth.example.com' }
  return {
    app,
    port,
    upstream,
    send: async (bytes) => (await rawTlsRequest({ ...client, bytes })).response,
    connect: () => openTlsConnection(client),
  }
}

/** A request's bytes: the request line, Host, further header lines, body. */
export function requestOf(line: string, headers: readonly string[] = [], body = ''): string {
  return [`${line} HTTP/1.1`, 'Host: auth.example.com', ...headers, '', body].join('\r\n')
}

/** The reason in an answer that Fastify's own error handler wrote. */
export function codeOf(response: WireResponse | null): unknown {
  if (response === null) return 'no response'
  const body: unknown = JSON.parse(response.text)
  return typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
}

/** A header of an answer, by its name in lower case. */
export function headerOf(response: WireResponse | null, name: string): string | undefined {
  return response?.headers[name]
}
