/** The way to the target: TLS always verified, nothing pipelined, nothing sent twice, and a bound on all that is on its way. */

import type { OutgoingBody } from '../body/gather-body.js'
import { StreamingBody } from '../body/streaming-body.js'
import { UpstreamBusyError } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import { checkLength, isBodyUnexpected } from './body-writer.js'
import { ConnectionPool } from './connection-pool.js'
import { type AnswerReceiver, Exchange } from './exchange.js'
import { type UpstreamRequest, writeRequestHead } from './request-head.js'
import { tlsConnector } from './tls-connector.js'

export interface UpstreamPool {
  /**
   * Sends a request once. A request that was sent and got no answer is an error, never a second request.
   *
   * @param confirm - asked when it had to wait for a connection: what it throws is the failure, and nothing has been sent
   * @throws FST_AUTH0_FORWARDER_UPSTREAM_BUSY where as many are on their way as may be
   * @throws FST_AUTH0_FORWARDER_FORWARDING_FAILED where it can't be written as one request
   */
  readonly send: (
    request: UpstreamRequest,
    body: OutgoingBody | null,
    receiver: AnswerReceiver,
    confirm: () => void,
  ) => Exchange
  /** Cuts every connection. */
  readonly close: () => Promise<void>
}

/** Opens a pool; the first connection is made by the first request. */
export function openUpstreamPool(options: ResolvedOptions): UpstreamPool {
  const { origin, ca, timeouts, connections, maxWaiting } = options
  const pool = new ConnectionPool(tlsConnector(origin, ca), timeouts, connections)
  const { host } = new URL(origin)
  const most = connections + maxWaiting
  // Bodies that clients have yet to send take no more than half of the connections, however slowly they come.
  const mostStreaming = Math.max(1, Math.floor(connections / 2))
  let inFlight = 0
  let streaming = 0

  function release(exchange: Exchange): void {
    inFlight -= 1
    if (isStream(exchange.body)) streaming -= 1
    pool.forget(exchange)
  }

  return {
    send: (request, body, receiver, confirm) => {
      const isStreaming = isStream(body)
      if (inFlight >= most || (isStreaming && streaming >= mostStreaming)) {
        throw new UpstreamBusyError()
      }
      const { method } = request
      // Where a server could send or expect a body that the other side doesn't: it would be read as the next message.
      const isLast = method === 'HEAD' || (body !== null && isBodyUnexpected(method))
      const head = writeRequestHead(request, host, isLast ? 'close' : 'keep-alive')
      if (body !== null) checkLength(body)
      const exchange = new Exchange({ method, head, isLast, confirm }, body, receiver, release)
      inFlight += 1
      if (isStreaming) streaming += 1
      pool.send(exchange)
      return exchange
    },
    close: () => pool.close(),
  }
}

const isStream = (body: OutgoingBody | null): boolean => body?.content instanceof StreamingBody
