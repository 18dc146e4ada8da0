import type { RequestListener } from 'node:http'
import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createPki, type Pki } from '@mtls-edge/testkit'
import {
  createFront,
  createHostServer,
  type Front,
  type FrontEvent,
  type FrontOptions,
  type HostServerOptions,
} from '../dist/front/index.js'

export const CUSTOM_DOMAIN = 'auth.example.com'
export const MTLS_DOMAIN = 'mtls.auth.example.com'

/** Authorities, and server certificates of both kinds for both hosts; made once in a test file. */
export interface Authorities extends Pki {
  readonly serverCertificates: HostServerOptions['serverCertificates']
  readonly ecdsaOnly: HostServerOptions['serverCertificates']
  readonly rsaOnly: HostServerOptions['serverCertificates']
}

export function createAuthorities(): Authorities {
  const pki = createPki()
  const hosts = [CUSTOM_DOMAIN, MTLS_DOMAIN]
  const [ecdsa, rsa] = [pki.server(hosts), pki.server(hosts, { key: 'rsa2048' })].map((issued) => ({
    certificate: issued.chainPem,
    key: issued.keyPem,
  }))
  if (ecdsa === undefined || rsa === undefined) throw new Error('no certificates')
  return { ...pki, serverCertificates: [ecdsa, rsa], ecdsaOnly: [ecdsa], rsaOnly: [rsa] }
}

/** What a test may choose of the stage. */
export interface StageOptions {
  readonly authorities: Authorities
  readonly front?: FrontOptions
  /** For both hosts. */
  readonly host?: Partial<HostServerOptions>
  readonly mtls?: Partial<HostServerOptions>
  readonly listener?: RequestListener
}

/** A front with the custom domain and its alias, listening on the loopback. */
export interface Stage {
  readonly front: Front
  readonly port: number
  readonly events: FrontEvent[]
  readonly customServer: Server
  readonly mtlsServer: Server
  /** Resolves with the next event of the front. */
  nextEvent(): Promise<FrontEvent>
  close(): Promise<void>
}

/** Answers every request with what the connection shows of the client. */
export const showConnection: RequestListener = (request, response) => {
  const socket = request.socket as TLSSocket
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify({
      subject: socket.getPeerX509Certificate()?.subject ?? null,
      authorized: socket.authorized,
      authorizationError: String(socket.authorizationError ?? ''),
      isReused: socket.isSessionReused(),
      protocol: socket.getProtocol(),
    }),
  )
}

export function hostOptions(options: StageOptions, serverName: string): HostServerOptions {
  const { authorities } = options
  const isMtls = serverName === MTLS_DOMAIN
  return {
    serverName,
    serverCertificates: authorities.serverCertificates,
    tlsProfile: 'fapi2',
    clientCertificate: isMtls ? 'request' : 'none',
    trustAnchors: isMtls ? [authorities.root.pem] : [],
    ...options.host,
    ...(isMtls ? options.mtls : {}),
  }
}

export async function startStage(options: StageOptions): Promise<Stage> {
  const events: FrontEvent[] = []
  let wake = (_event: FrontEvent) => {}
  const front = createFront({
    ...options.front,
    onEvent(event) {
      if (event.type === 'handshake_completed') return
      events.push(event)
      wake(event)
    },
  })
  const listener = options.listener ?? showConnection
  const customServer = createHostServer(hostOptions(options, CUSTOM_DOMAIN), listener)
  const mtlsServer = createHostServer(hostOptions(options, MTLS_DOMAIN), listener)
  front.setHosts([
    [CUSTOM_DOMAIN, customServer],
    [MTLS_DOMAIN, mtlsServer],
  ])
  const { port }: AddressInfo = await front.listen({ host: '127.0.0.1', port: 0 })
  return {
    front,
    port,
    events,
    customServer,
    mtlsServer,
    nextEvent: () =>
      new Promise((resolve) => {
        wake = resolve
      }),
    close: () => front.close({ timeout: 0 }),
  }
}

/** A request as bytes; the answer is the JSON of {@link showConnection}. */
export function get(host: string, path = '/'): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
}
