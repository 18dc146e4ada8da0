/** What every Node gateway is told, and what they do alike: the TLS server and the headers of a certificate. */
import { constants } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerOptions } from 'node:https'
import { TLSSocket } from 'node:tls'
import type { StageFiles } from '../../stage/stage.ts'

export interface Settings {
  readonly port: number
  readonly files: StageFiles
  readonly upstream: string
  readonly apiKey: string
  readonly tickets: boolean
  /** For programs that can be run in several ways. */
  readonly variant: string
}

export function readSettings(): Settings {
  return JSON.parse(process.env.BENCH_SETTINGS ?? '{}')
}

export const PATH = '/oauth/token'

/** One connection a request in flight; never more than this. */
export const UPSTREAM_CONNECTIONS = 64

export function tlsOptions({ files, tickets }: Pick<Settings, 'files' | 'tickets'>): ServerOptions {
  return {
    cert: readFileSync(files.serverChain),
    key: readFileSync(files.serverKey),
    ca: readFileSync(files.clientRoot),
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    keepAliveTimeout: 600_000,
    ...(tickets ? {} : { secureOptions: constants.SSL_OP_NO_TICKET }),
  }
}

const headersBySocket = new WeakMap<TLSSocket, Readonly<Record<string, string>>>()

/** The headers that Auth0 gets for a connection, made once; null where it has no verified certificate. */
export function certificateHeaders(
  socket: object,
  apiKey: string,
): Readonly<Record<string, string>> | null {
  if (!(socket instanceof TLSSocket)) return null
  const known = headersBySocket.get(socket)
  if (known !== undefined) return known
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined || !socket.authorized) return null
  const headers = {
    'x-forwarded-for': socket.remoteAddress ?? '',
    'cname-api-key': apiKey,
    'client-certificate': encodeURIComponent(certificate.toString()),
    'client-certificate-ca-verified': 'SUCCESS',
  }
  headersBySocket.set(socket, headers)
  return headers
}

/**
 * For reply-from, which copies the upstream's `Connection: keep-alive`: a client of HTTP/1.0 that has asked for the end of its
 * connection, as `ab` does, would wait for ever.
 */
export function withoutConnection<T extends object>(headers: T): T {
  const kept = { ...headers, connection: '', 'keep-alive': '' }
  Reflect.deleteProperty(kept, 'connection')
  Reflect.deleteProperty(kept, 'keep-alive')
  return kept
}
