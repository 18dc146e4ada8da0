import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { HostServerLimits } from '../limits.js'
import { CHECKING_INTERVAL, LINGER } from './limits.js'

/** The HTTP/2 sessions of one host. */
export interface Http2Sessions {
  /** Takes a session that has just begun. */
  add(session: ServerHttp2Session, socket: TLSSocket): void
  /**
   * Lets them fade away: a session at work ends with the streams that it has, an idle one with its next request. Each is told
   * by a GOAWAY which request was the last to be served; one that is refused by it was not looked at and may be repeated.
   */
  retire(): void
  /** Ends idle sessions now and each other one with the streams that it has. */
  drain(): void
}

interface Entry {
  readonly session: ServerHttp2Session
  readonly socket: TLSSocket
  readonly streams: Set<ServerHttp2Stream>
  requests: number
  /** Since when there is no stream. */
  idleSince: number
  /** When it began to end; null while it is open. */
  endingSince: number | null
}

/**
 * Keeps a host's sessions within their times, since Node has no limit of time for a session: an idle one would stay for ever.
 *
 * A session without a request yet has the time of a request's headers, an idle one that of a kept connection.
 */
export function createHttp2Sessions(limits: HostServerLimits): Http2Sessions {
  const entries = new Set<Entry>()
  let mode: 'open' | 'retiring' | 'draining' = 'open'
  let timer: NodeJS.Timeout | null = null

  function check(): void {
    const now = performance.now()
    for (const entry of entries) checkTimes(entry, now)
  }

  function checkTimes(entry: Entry, now: number): void {
    if (entry.streams.size > 0) return
    if (entry.endingSince !== null) {
      // Ended on our side, and the other one neither closes nor reads.
      if (now - Math.max(entry.endingSince, entry.idleSince) > LINGER) entry.socket.destroy()
      return
    }
    const allowed = entry.requests === 0 ? limits.headersTimeout : limits.keepAliveTimeout
    if (now - entry.idleSince > allowed) end(entry)
  }

  /** Streams that it has go on; Node closes the connection after the last one. */
  function end(entry: Entry): void {
    if (entry.endingSince !== null) return
    entry.endingSince = performance.now()
    entry.session.close()
  }

  function forget(entry: Entry): void {
    entries.delete(entry)
    if (entries.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }

  return {
    add(session, socket) {
      const entry: Entry = {
        session,
        socket,
        streams: new Set(),
        requests: 0,
        idleSince: performance.now(),
        endingSince: null,
      }
      entries.add(entry)
      timer ??= setInterval(check, CHECKING_INTERVAL).unref()
      socket.once('close', () => forget(entry))
      session.on('stream', (stream) => {
        entry.streams.add(stream)
        entry.requests += 1
        endWithAnswer(stream)
        stream.once('close', () => {
          entry.streams.delete(stream)
          entry.idleSince = performance.now()
        })
        if (mode !== 'open' || entry.requests >= limits.maxRequestsPerSocket) end(entry)
      })
      if (mode === 'draining') end(entry)
    },
    retire() {
      if (mode !== 'open') return
      mode = 'retiring'
      for (const entry of entries) if (entry.streams.size > 0) end(entry)
    },
    drain() {
      mode = 'draining'
      for (const entry of entries) end(entry)
    },
  }
}

/**
 * Makes a stream end with its answer, and with a reset by the client.
 *
 * Node waits with both until the request was read to its end. What was refused is never read, so that the stream, and its
 * place among the concurrent ones, would be held for ever, and whoever waits for 'close' would not learn of the reset. A client
 * that still sends gets a reset without an error, as RFC 9113 section 8.1 has it.
 */
function endWithAnswer(stream: ServerHttp2Stream): void {
  const destroy = () => setImmediate(() => stream.destroy())
  stream.once('finish', destroy)
  stream.once('aborted', destroy)
}
