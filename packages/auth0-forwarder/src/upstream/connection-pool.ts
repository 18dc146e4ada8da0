/**
 * The connections to the target: a bounded number, each for one request at a time. A request that finds none waits for its turn,
 * first come, first served.
 *
 * A connection that waited gets its next request only after whatever had come on it has been read: when the process was busy, the
 * target may have closed it, or sent what nobody asked for, which would be taken for the answer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1
 */
import { UpstreamTimeoutError, UpstreamUnreachableError } from '../errors.js'
import { Connection, type ConnectionOwner, type ConnectionTimeouts } from './connection.js'
import type { Exchange } from './exchange.js'
import type { Connector } from './tls-connector.js'
import { WaitingLine } from './waiting-line.js'
import { WaitingTime } from './waiting-time.js'

/**
 * A turn of the event loop hears of what had come when it began. After one that took longer than this, ms, another one is waited
 * for: in the meantime the target may have closed all connections, and a list of certificates made for it can take 600 ms.
 */
const longestTurn = 10

/** What was decided of a request holds for so long, ms; one that has waited longer for its connection is asked about again. */
const longestUnconfirmed = 100

/**
 * Connections that are opened at the same time where few are open. Beyond it, as many as are open already. A handshake takes the edge
 * over a millisecond of CPU time, so that after a quiet time a burst of requests, each with a connection of its own, would hold
 * all others up; and most of them are served by those that are open before theirs would be.
 */
const fewestAtOnce = 8

export class ConnectionPool implements ConnectionOwner {
  readonly #connect: Connector
  readonly #timeouts: ConnectionTimeouts
  readonly #most: number
  readonly #connections = new Set<Connection>()
  /** The one that was used last stands last, and is used next: those in front grow old and are closed. */
  readonly #idle: Connection[] = []
  readonly #waiting = new WaitingLine()
  readonly #waitingTime: WaitingTime
  /** Connections that are not ready yet. */
  #opening = 0
  #isScheduled = false
  /** When all that had come was heard of last, by `performance.now()`. */
  #heardAt = 0
  /** Another turn has been waited for; a third one is not. */
  #isSecondTurn = false
  #isClosed = false

  /** @param most - connections at the same time */
  constructor(connect: Connector, timeouts: ConnectionTimeouts, most: number) {
    this.#connect = connect
    this.#timeouts = timeouts
    this.#most = most
    // Long enough for an attempt to connect, and for an answer to whoever has a connection.
    const longest = Math.max(timeouts.connect, timeouts.headers)
    this.#waitingTime = new WaitingTime(this.#waiting, longest, (exchange) => exchange.fail(late()))
  }

  /** Sends a request as soon as there is a connection for it. */
  send(exchange: Exchange): void {
    if (this.#isClosed) {
      exchange.fail(closed())
      return
    }
    this.#waiting.add(exchange)
    this.#waitingTime.watch()
    this.#openAsNeeded()
    if (this.#idle.length > 0) this.#schedule()
  }

  /** Its request is answered, or is not to be sent. */
  forget(exchange: Exchange): void {
    this.#waiting.delete(exchange)
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#waitingTime.stop()
    for (const exchange of this.#waiting) exchange.fail(closed())
    await Promise.all([...this.#connections].map((connection) => connection.close(closed())))
  }

  onFree(connection: Connection): void {
    const isNew = !connection.isUsed
    if (isNew) this.#opening -= 1
    this.#idle.push(connection)
    if (this.#waiting.length === 0) return
    this.#schedule()
    // One more is open: so many more may be opened.
    if (isNew) this.#openAsNeeded()
  }

  onGone(connection: Connection, reason: Error): void {
    this.#connections.delete(connection)
    const at = this.#idle.lastIndexOf(connection)
    if (at !== -1) this.#idle.splice(at, 1)
    else if (!connection.isUsed) {
      this.#opening -= 1
      this.#failAttempt(connection, reason)
    }
    // Nothing gets through, as it seems: no further attempt before the others have ended, each maybe after all of its time.
    if (this.#openCount > 0 || this.#opening === 0) this.#openAsNeeded()
  }

  /**
   * Who it was opened for hears why. Where nothing is open, and this attempt was the last one, so do all who waited when it began: but
   * for the bound on attempts at once, they would have had one of their own with it.
   */
  #failAttempt({ initiator, openedAt }: Connection, reason: Error): void {
    if (initiator !== null && this.#waiting.has(initiator)) initiator.fail(reason)
    if (this.#connections.size > 0) return
    for (const exchange of this.#waiting) {
      if (!exchange.hasAttempt && exchange.beganAt <= openedAt) exchange.fail(reason)
    }
  }

  /** Connections that can have a request, or have one. */
  get #openCount(): number {
    return this.#connections.size - this.#opening
  }

  #openAsNeeded(): void {
    while (
      !this.#isClosed &&
      this.#waiting.length > this.#idle.length + this.#opening &&
      this.#connections.size < this.#most &&
      this.#opening < Math.max(fewestAtOnce, this.#openCount)
    ) {
      const initiator = this.#nextWithoutAttempt()
      if (initiator === null) return
      initiator.hasAttempt = true
      this.#open(initiator)
    }
  }

  #open(initiator: Exchange): void {
    try {
      this.#connections.add(new Connection(this.#connect, this.#timeouts, this, initiator))
      this.#opening += 1
    } catch (error) {
      // Node refuses what it was handed; nothing has been opened.
      initiator.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #nextWithoutAttempt(): Exchange | null {
    let next = this.#waiting.first
    while (next?.hasAttempt) next = next.behind
    return next ?? this.#waiting.first
  }

  /** After the events that are there already: FIN, RST and bytes among them. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(dispatch, this)
  }

  /** Called by `setImmediate` alone. */
  dispatch(): void {
    const now = performance.now()
    this.#isSecondTurn = !this.#isSecondTurn && now - this.#heardAt > longestTurn
    this.#heardAt = now
    if (this.#isSecondTurn) {
      setImmediate(dispatch, this)
      return
    }
    this.#isScheduled = false
    for (let next = this.#waiting.first; next !== null; next = this.#waiting.first) {
      if (this.#idle.length === 0) break
      // One that is not to be sent any more fails, and leaves the line.
      const isLate = now - next.beganAt > longestUnconfirmed
      if (isLate && !next.isConfirmed()) continue
      this.#waiting.delete(next)
      this.#idle.pop()?.run(next)
    }
  }
}

const dispatch = (pool: ConnectionPool): void => pool.dispatch()

const closed = (): Error =>
  new UpstreamUnreachableError({ cause: new Error('the pool of connections is closed') })

const late = (): Error =>
  new UpstreamTimeoutError({ cause: new Error('no connection was free in time') })
