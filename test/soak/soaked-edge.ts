import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createPki, findEdgeProgram, type Issued, spawnEdge } from '@mtls-edge/testkit'

export const ALIAS = 'mtls.auth.example.com'

/** What is answered to who asks for much, in parts: more than the buffers of all sockets on the way hold. */
const PART = Buffer.alloc(64 * 1024, 'a')
const PARTS = 512

/** An edge as processes of its own, and the upstream behind it in this process. */
export interface SoakedEdge {
  readonly pid: number
  readonly port: number
  /** Root of the edge's certificates. */
  readonly ca: string
  readonly client: Issued
  /** How many requests the upstream has answered. */
  readonly served: number
  stop(): Promise<void>
}

/** `POST /oauth/token` gets a small answer, `GET /userinfo` a large one. */
export async function startSoakedEdge(
  directory: string,
  workers: number,
  limits: object,
): Promise<SoakedEdge> {
  const servers = createPki({ name: 'Servers' })
  const clients = createPki({ name: 'Clients' })
  const target = servers.server('localhost')
  let served = 0
  const upstream = createServer(
    { cert: target.chainPem, key: target.keyPem },
    (request, response) => {
      request.resume().on('end', () => {
        served += 1
        if (request.url === '/userinfo') Readable.from(largeAnswer()).pipe(response)
        else response.end('{"access_token":"a"}')
      })
    },
  )
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const address = upstream.address()
  const upstreamPort = typeof address === 'object' ? address?.port : 0

  const server = servers.server(['auth.example.com', ALIAS])
  const files = {
    'server.crt': server.chainPem,
    'server.key': server.keyPem,
    'target-ca.pem': servers.root.pem,
    'clients-root.pem': clients.root.pem,
    'clients-intermediate.pem': clients.intermediate.pem,
    'edge.yaml': JSON.stringify({
      listen: { host: '127.0.0.1', port: 0 },
      health: { host: '127.0.0.1', port: 0 },
      workers,
      limits,
      domains: [
        {
          customDomain: 'auth.example.com',
          serverCertificates: [{ certificateFile: 'server.crt', keyFile: 'server.key' }],
          auth0: {
            forwardingTarget: `https://localhost:${upstreamPort}`,
            cnameApiKey: 'a-key-of-the-test',
            caFile: 'target-ca.pem',
          },
          clientCertificates: {
            caSigned: {
              trustAnchorFiles: ['clients-root.pem'],
              intermediateFiles: ['clients-intermediate.pem'],
              revocation: { mode: 'off' },
            },
          },
        },
      ],
    }),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const edge = spawnEdge({
    program: findEdgeProgram(),
    configFile: join(directory, 'edge.yaml'),
    logFile: join(directory, 'edge.log'),
  })
  const port = await edge.ready
  return {
    pid: edge.pid,
    port,
    ca: servers.root.pem,
    client: clients.client(),
    get served() {
      return served
    },
    async stop() {
      await edge.stop()
      upstream.close()
      upstream.closeAllConnections()
    },
  }
}

function* largeAnswer(): Generator<Buffer> {
  for (let part = 0; part < PARTS; part += 1) yield PART
}
