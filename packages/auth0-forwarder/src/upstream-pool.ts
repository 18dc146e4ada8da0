/**
 * The connections to the target: a bounded pool, TLS always verified, nothing pipelined, nothing sent twice.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1
 */
import { createSecureContext, getCACertificates } from 'node:tls'
import { Pool } from 'undici'
import type { OutgoingBody } from './body.js'
import { UpstreamBusyError } from './errors.js'
import { type AnswerReceiver, Exchange } from './exchange.js'
import type { ResolvedOptions } from './options.js'

/** TLS 1.3's suites, and of TLS 1.2 those that Auth0 takes: ECDHE with AES-GCM or ChaCha20. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** An idle connection is closed after this, ms: well below the 60 s and more after which servers close theirs. */
const idleTimeout = 30_000
/** The longest that the target's own `Keep-Alive: timeout` may keep an idle connection, ms. */
const longestIdleTimeout = 60_000
/** All headers of a response, bytes. Twice Node's limit for a request: cookies are what fills them. */
const maxResponseHeaderBytes = 32_768

export interface UpstreamRequest {
  readonly method: string
  /** Target in origin form, sent as it is. */
  readonly path: string
  /** Name and value in turn; `content-length` where it is known. */
  readonly headers: string[]
}

export interface UpstreamPool {
  /**
   * Sends a request once. A request that was sent and got no answer is an error, never a second request.
   *
   * @throws FST_AUTH0_FORWARDER_UPSTREAM_BUSY where as many are on their way as may be
   */
  readonly send: (
    request: UpstreamRequest,
    body: OutgoingBody | null,
    receiver: AnswerReceiver,
  ) => Exchange
  /** Cuts every connection. */
  readonly close: () => Promise<void>
}

/** Opens a pool; the first connection is made by the first request. */
export function openUpstreamPool(options: ResolvedOptions): UpstreamPool {
  const pool = new Pool(options.origin, {
    connections: options.connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: options.timeouts.headers,
    bodyTimeout: options.timeouts.body,
    keepAliveTimeout: idleTimeout,
    keepAliveMaxTimeout: longestIdleTimeout,
    maxHeaderSize: maxResponseHeaderBytes,
    strictContentLength: true,
    connect: {
      secureContext: createSecureContext({
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
        ciphers,
        // Made once: Node would parse a list of some 150 roots anew for each connection.
        ...(options.ca.length > 0 && { ca: [...getCACertificates('default'), ...options.ca] }),
      }),
      // Written out, or NODE_TLS_REJECT_UNAUTHORIZED=0 would turn the verification off.
      rejectUnauthorized: true,
      // Dates and name are not looked at again when a session is resumed; so none is.
      maxCachedSessions: 0,
      timeout: options.timeouts.connect,
    },
  })
  const most = options.connections + options.maxWaiting
  // Bodies that clients have yet to send take no more than half of the connections, however slowly they come.
  const mostStreaming = Math.max(1, Math.floor(options.connections / 2))
  let inFlight = 0
  let streaming = 0
  return {
    send: (request, body, receiver) => {
      const isStreaming = body?.isStreaming ?? false
      if (inFlight >= most || (isStreaming && streaming >= mostStreaming)) {
        throw new UpstreamBusyError()
      }
      inFlight += 1
      if (isStreaming) streaming += 1
      const exchange = new Exchange(receiver, body, () => {
        inFlight -= 1
        if (isStreaming) streaming -= 1
      })
      const { method, path, headers } = request
      pool.dispatch({ method, path, headers, body: body?.content ?? null }, exchange)
      return exchange
    },
    close: async () => {
      await pool.destroy()
    },
  }
}
