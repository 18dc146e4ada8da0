import type { Http2ServerResponse, Http2Session, ServerHttp2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { Roster, type RosterMember } from '../roster.js'
import { CHECKING_INTERVAL } from './limits.js'
import { SessionWatch, type WatchContext } from './session-watch.js'

/** The HTTP/2 sessions of one host. */
export interface Http2Sessions {
  /** Takes a session that has just begun. */
  add(session: ServerHttp2Session, socket: TLSSocket): void
  /** The connection of a session that was added. */
  socketOf(session: Http2Session | undefined): TLSSocket | null
  /** A request was read: its answer, and the size of its fields. */
  answerWith(response: Http2ServerResponse, size: number): void
  /**
   * Lets them fade away: a session at work ends with the streams that it has, an idle one with its next request. Each is told
   * by a GOAWAY which request was the last to be served; one that is refused by it was not looked at and may be repeated.
   */
  retire(): void
  /** Ends idle sessions now and each other one with the streams that it has. */
  drain(): void
}

interface OpenSession extends RosterMember {
  readonly watch: SessionWatch
  readonly socket: TLSSocket
}

/**
 * Keeps a host's sessions within their times and limits, since Node has no limit of time for a session: an idle one would
 * stay for ever. A session without a request yet has the time of a request's headers, an idle one that of a kept connection.
 */
export function createHttp2Sessions(context: WatchContext): Http2Sessions {
  const { maxRequestsPerSocket } = context.limits
  const open = new Roster<OpenSession>()
  const bySession = new WeakMap<Http2Session, OpenSession>()
  let mode: 'open' | 'retiring' | 'draining' = 'open'
  let timer: NodeJS.Timeout | null = null

  function check(): void {
    const now = performance.now()
    for (const { watch } of open) watch.check(now)
  }

  function forget(session: OpenSession): void {
    open.delete(session)
    if (open.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }

  return {
    add(session, socket) {
      const watch = new SessionWatch(session, socket, context)
      const entry = { watch, socket, slot: -1 }
      open.add(entry)
      bySession.set(session, entry)
      timer ??= setInterval(check, CHECKING_INTERVAL).unref()
      socket.once('close', () => {
        bySession.delete(session)
        forget(entry)
      })
      // Before the request is served, which may look at what is known of its stream.
      session.prependListener('stream', (stream) => {
        watch.begin(stream)
        if (mode !== 'open' || watch.requests >= maxRequestsPerSocket) watch.end()
      })
      if (mode === 'draining') watch.end()
    },
    socketOf: (session) => (session && bySession.get(session)?.socket) ?? null,
    answerWith(response, size) {
      const { session } = response.stream
      if (session) bySession.get(session)?.watch.answerWith(response, size)
    },
    retire() {
      if (mode !== 'open') return
      mode = 'retiring'
      for (const { watch } of open) if (!watch.isIdle) watch.end()
    },
    drain() {
      mode = 'draining'
      for (const { watch } of open) watch.end()
    },
  }
}
