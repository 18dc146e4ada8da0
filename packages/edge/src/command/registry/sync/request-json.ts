import { type RequestOptions, request } from 'node:https'

/** An answer whose body was JSON, or nothing that can be read: then `body` is `null`. */
export interface JsonAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}

/** What is sent. */
export interface JsonRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly token?: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Roots that the server is verified by, PEM; default: Node's own. */
  readonly ca?: readonly string[]
}

// Node's own default is no limit at all. Auth0 answers in seconds.
const ANSWER_TIMEOUT_MS = 30_000
// A page of 100 clients with three fields has some 50 KiB: an endless answer ends here.
const BODY_LIMIT = 8 * 1024 * 1024

/**
 * Sends one request over TLS, the server always verified, no redirect followed: a token goes nowhere but to the host
 * that was named.
 *
 * @throws Error of the connection, TimeoutError, or an Error for an answer over 8 MiB
 */
export function requestJson(sent: JsonRequest): Promise<JsonAnswer> {
  const body = sent.body === undefined ? null : JSON.stringify(sent.body)
  return new Promise((resolve, reject) => {
    const outgoing = request(sent.url, optionsOf(sent, body))
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        size += part.length
        if (size > BODY_LIMIT) answer.destroy(new Error('the answer is larger than 8 MiB'))
        else parts.push(part)
      })
      answer.on('error', reject)
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        const text = Buffer.concat(parts).toString()
        resolve({ status, headers: answer.headers, body: parse(text) })
      })
    })
    outgoing.end(body ?? undefined)
  })
}

function optionsOf({ method, token, ca }: JsonRequest, body: string | null): RequestOptions {
  return {
    method,
    agent: false,
    headers: {
      accept: 'application/json',
      'user-agent': 'mtls-edge-registry-sync',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === null
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
    ...(ca === undefined ? {} : { ca: [...ca] }),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
