import { once } from 'node:events'
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { errorOf, type Fields, isFields, malformed } from './answer.js'
import { describeConnectionError, RemoteError } from './errors.js'

/** Where the API is, and how to get in. */
export interface ApiOptions {
  readonly url: URL
  readonly token: string
  /** For the audit trail. */
  readonly actor: string
  /** Roots that the listener is verified by, PEM; default: Node's own. */
  readonly ca: readonly string[] | null
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** What is `undefined` is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** A map is sent as JSON, a text as JSON lines. */
  readonly body?: object | string
}

/** Asks a running edge. */
export interface ApiClient {
  /** @throws what the store would throw, or RemoteError */
  ask(path: string, request?: ApiRequest): Promise<Fields>
  /** The answer as it comes. @throws as `ask` */
  stream(path: string, request?: ApiRequest): AsyncIterable<Buffer>
}

/** How long nothing may come, in milliseconds; a batch of an import takes the longest. */
const TIMEOUT = 60_000
/** A page of a thousand entries with their certificates has some 4 MiB. */
const BODY_LIMIT = 64 * 1024 * 1024

export function createApiClient(options: ApiOptions): ApiClient {
  const { origin } = options.url

  async function send(path: string, { method = 'GET', query = {}, body }: ApiRequest) {
    const url = new URL(path, options.url)
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value))
    const isText = typeof body === 'string'
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${options.token}`,
      'x-mtls-edge-actor': encodeURIComponent(options.actor),
      ...(body === undefined
        ? {}
        : { 'content-type': isText ? 'application/x-ndjson' : 'application/json' }),
    }
    const request = url.protocol === 'https:' ? requestTls : requestPlain
    const outgoing = request(url, {
      method,
      headers,
      agent: false,
      ...(options.ca === null ? {} : { ca: [...options.ca] }),
    })
    outgoing.setTimeout(TIMEOUT, () =>
      outgoing.destroy(new RemoteError(`${origin} did not answer in time`)),
    )
    outgoing.end(isText || body === undefined ? body : JSON.stringify(body))
    const [incoming]: IncomingMessage[] = await once(outgoing, 'response')
    if (incoming === undefined) throw malformed('response')
    const status = incoming.statusCode ?? 0
    if (status < 200 || status > 299) throw errorOf(status, parse(await readAll(incoming)), origin)
    return incoming
  }

  const describe = (error: unknown): unknown =>
    isConnectionError(error) ? describeConnectionError(error, options.url) : error

  return {
    async ask(path, request = {}) {
      try {
        const body = parse(await readAll(await send(path, request)))
        if (isFields(body)) return body
      } catch (error) {
        throw describe(error)
      }
      throw malformed('JSON')
    },
    async *stream(path, request = {}) {
      try {
        yield* await send(path, request)
      } catch (error) {
        throw describe(error)
      }
    },
  }
}

/** The errors of sockets and of TLS have a code of the system's; ours speak for themselves. */
const isConnectionError = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof RemoteError) &&
  !('code' in error && String(error.code).startsWith('FST_'))

async function readAll(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of incoming) {
    size += part.length
    if (size > BODY_LIMIT) throw new RemoteError('the admin API answers without an end')
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
