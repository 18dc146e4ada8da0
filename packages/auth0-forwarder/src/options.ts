/** The options of the plugin: checked at registration, frozen for its life. */
import { X509Certificate } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { apiKeyReader } from './api-key.js'
import { InvalidOptionError } from './errors.js'

/** Header names in which Auth0 can be told to look for the client's address. `x-forwarded-for` is always sent. */
export type ClientIpHeader =
  | 'true-client-ip'
  | 'cf-connecting-ip'
  | 'x-forwarded-for'
  | 'x-azure-clientip'

/** Milliseconds, each from 1 to 600,000. A request waits for a connection as long as the longer of `connect` and `headers`. */
export interface Timeouts {
  /** To connect, TLS handshake included. Default 5,000. */
  readonly connect?: number | undefined
  /** From the end of the request to the headers of the response. Default 20,000. */
  readonly headers?: number | undefined
  /** Between two parts of the response's body. Default 20,000. */
  readonly body?: number | undefined
}

/** Options of the plugin. None of them turns the verification of the target's certificate off. */
export interface Auth0ForwarderOptions {
  /** Auth0's origin domain name as `https://host` or `https://host:port`: without path, query, user or fragment. */
  readonly forwardingTarget: string
  /** The custom domain's API key, or a function that gives it for each request, so that it can be replaced. */
  readonly cnameApiKey: string | (() => string)
  /** A further header for the client's address. Default: none besides `x-forwarded-for`. */
  readonly clientIpHeader?: ClientIpHeader | undefined
  /** Further roots to trust the target by, as PEM, beside Node's default ones. */
  readonly ca?: string | undefined
  readonly timeouts?: Timeouts | undefined
  /** Longest body of a request, in bytes. Default 1,048,576. */
  readonly maxBodyBytes?: number | undefined
  /** Most connections to the target. Default 128. */
  readonly connections?: number | undefined
  /** Most requests that wait for a connection; one more is answered 503. Default 1,024. */
  readonly maxWaiting?: number | undefined
  /** The client's address. Default: the socket's; set it where a PROXY protocol header tells it. */
  readonly clientIp?: ((request: FastifyRequest) => string) | undefined
}

/** The options as the plugin uses them. */
export interface ResolvedOptions {
  readonly origin: string
  readonly readApiKey: () => string
  readonly clientIpHeader: ClientIpHeader | null
  readonly ca: readonly string[]
  readonly timeouts: { readonly connect: number; readonly headers: number; readonly body: number }
  readonly maxBodyBytes: number
  readonly connections: number
  readonly maxWaiting: number
  readonly clientIp: (request: FastifyRequest) => unknown
}

const clientIpHeaders = [
  'true-client-ip',
  'cf-connecting-ip',
  'x-forwarded-for',
  'x-azure-clientip',
]
const timeoutNames = ['connect', 'headers', 'body']
const names = [
  'forwardingTarget',
  'cnameApiKey',
  'clientIpHeader',
  'ca',
  'timeouts',
  'maxBodyBytes',
  'connections',
  'maxWaiting',
  'clientIp',
]
/** Fastify's own, which `register` hands to every plugin. */
const fastifyNames = ['prefix', 'logLevel', 'logSerializers']

const bareOrigin = /^https:\/\/[^/?#@\\\s]+\/?$/i
const pemCertificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Checks the options and fills in what is left out.
 *
 * @throws FST_AUTH0_FORWARDER_INVALID_OPTION with the option's name and what is accepted, never with a secret
 */
export function resolveOptions(options: Auth0ForwarderOptions): ResolvedOptions {
  refuseUnknown(options, [...names, ...fastifyNames], '')
  const timeouts = options.timeouts ?? {}
  if (typeof timeouts !== 'object') invalid('timeouts', 'must be an object')
  refuseUnknown(timeouts, timeoutNames, 'timeouts.')
  return Object.freeze({
    origin: readOrigin(options.forwardingTarget),
    readApiKey: readKey(options.cnameApiKey),
    clientIpHeader: readClientIpHeader(options.clientIpHeader),
    ca: readRoots(options.ca),
    timeouts: Object.freeze({
      connect: readInteger('timeouts.connect', timeouts.connect, 5_000, 600_000),
      headers: readInteger('timeouts.headers', timeouts.headers, 20_000, 600_000),
      body: readInteger('timeouts.body', timeouts.body, 20_000, 600_000),
    }),
    maxBodyBytes: readInteger('maxBodyBytes', options.maxBodyBytes, 1_048_576, 2 ** 40),
    connections: readInteger('connections', options.connections, 128, 65_535),
    maxWaiting: readInteger('maxWaiting', options.maxWaiting, 1_024, 1_000_000),
    clientIp: readClientIp(options.clientIp),
  })
}

function refuseUnknown(value: object, known: readonly string[], prefix: string): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    invalid(`${prefix}${name}`, `is unknown; known are ${known.join(', ')}`)
  }
}

function readOrigin(target: unknown): string {
  const mend = 'must be https://host or https://host:port, without path, query, user or fragment'
  if (typeof target !== 'string' || !bareOrigin.test(target)) invalid('forwardingTarget', mend)
  if (!URL.canParse(target)) invalid('forwardingTarget', mend)
  const url = new URL(target)
  if (url.protocol !== 'https:' || url.pathname !== '/') invalid('forwardingTarget', mend)
  return url.origin
}

function readKey(key: unknown): () => string {
  const mend = 'must be a string of visible ASCII characters, or a function that returns one'
  return apiKeyReader(key) ?? invalid('cnameApiKey', mend)
}

function readClientIpHeader(name: ClientIpHeader | undefined): ClientIpHeader | null {
  if (name === undefined) return null
  if (!clientIpHeaders.includes(name)) {
    invalid('clientIpHeader', `must be one of ${clientIpHeaders.join(', ')}`)
  }
  return name
}

function readRoots(pem: unknown): readonly string[] {
  if (pem === undefined) return []
  const mend = 'must hold one certificate or more as PEM'
  if (typeof pem !== 'string') invalid('ca', mend)
  const roots = pem.match(pemCertificate) ?? []
  if (roots.length === 0) invalid('ca', mend)
  if (roots.length !== pem.split('-----BEGIN').length - 1)
    invalid('ca', 'must hold certificates alone')
  for (const [at, root] of roots.entries()) {
    if (!isCertificate(root)) invalid(`ca[${at}]`, 'is not a certificate')
  }
  return Object.freeze(roots)
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.byteLength > 0
  } catch {
    return false
  }
}

function readInteger(path: string, value: unknown, otherwise: number, most: number): number {
  if (value === undefined) return otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) {
    return value
  }
  return invalid(path, `must be a whole number from 1 to ${most}`)
}

function readClientIp(read: ResolvedOptions['clientIp'] | undefined): ResolvedOptions['clientIp'] {
  // The socket's address and not `request.ip`: with `trustProxy` that one is what the client says it is.
  if (read === undefined) return (request) => request.raw.socket?.remoteAddress
  if (typeof read !== 'function') invalid('clientIp', 'must be a function')
  return read
}

function invalid(path: string, mend: string): never {
  throw new InvalidOptionError(path, mend)
}
