import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { SecureContextOptions } from 'node:tls'
import { type ConnectionOptions, credentialsOf } from './connection.js'

/** A request whose every part is the caller's: also those that no well-behaved client would send. */
export interface RawRequest extends ConnectionOptions {
  /** SNI, the name that the server's certificate is verified against, and the Host where `headers` has none. */
  readonly servername: string
  /**
   * Choices for TLS. With `ciphers: 'DEFAULT@SECLEVEL=0'` the client presents certificates that its own library thinks too
   * weak.
   */
  readonly tls?: Pick<SecureContextOptions, 'ciphers' | 'minVersion' | 'maxVersion'>
  /** Default: true. */
  readonly checkServerName?: boolean
  /** Default: GET. */
  readonly method?: string
  /** The raw target. */
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  /** Default: a connection of its own. */
  readonly agent?: Agent
}

/** An answer, read to its end. */
export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/**
 * Sends one request exactly as told.
 *
 * @throws the socket's error, where there is no answer.
 */
export async function sendRaw(options: RawRequest): Promise<RawAnswer> {
  const agent = options.agent ?? new Agent({ keepAlive: false })
  const outgoing = request({
    ...credentialsOf(options),
    agent,
    host: options.address ?? '127.0.0.1',
    port: options.port,
    servername: options.servername,
    method: options.method ?? 'GET',
    path: options.path,
    headers: { host: options.servername, ...options.headers },
    ...options.tls,
    ...(options.checkServerName === false ? { checkServerIdentity: () => undefined } : {}),
  })
  outgoing.end(options.body)
  const [answer]: IncomingMessage[] = await once(outgoing, 'response')
  if (answer === undefined) throw new Error('an answer without a message')
  const { headers, statusCode = 0 } = answer
  return { status: statusCode, headers, body: await text(answer) }
}
