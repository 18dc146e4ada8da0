import { request } from 'node:https'
import type { Address } from '../configuration/types.js'

/** The one request that the selftest sends through the edge: public, read-only, the same for every tenant. */
export const HARMLESS_PATH = '/.well-known/openid-configuration'

export interface EdgeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Longer than the edge itself waits for the forwarding target (25 s): its 504 shall arrive. */
const ANSWER_TIMEOUT = 30_000

/**
 * Asks a host of the edge for {@link HARMLESS_PATH}, on a connection of its own. The server's certificate is not
 * verified here: that is a check of its own.
 *
 * @throws Error of the connection, or TimeoutError
 */
export function askHarmlessly(address: Address, host: string): Promise<EdgeAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: address.host,
      port: address.port,
      servername: host,
      path: HARMLESS_PATH,
      headers: { host, accept: 'application/json', 'user-agent': 'mtls-edge-selftest' },
      rejectUnauthorized: false,
      agent: false,
      signal: AbortSignal.timeout(ANSWER_TIMEOUT),
    })
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      answer.resume()
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
    })
    outgoing.end()
  })
}
