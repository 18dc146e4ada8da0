import type { ClientCertificate } from './decision/decision.js'
import { RETRY_PAUSE } from './revocation/keeper.js'
import type { PresentedCertificates } from './source/presented.js'
import { readPresentedCertificates } from './source/tls-socket.js'
import type { Verifier } from './verifier.js'

/** What is known of a connection: the certificates as presented, and the verdict on them. */
interface ConnectionState {
  readonly presented: PresentedCertificates | null
  verdict: ClientCertificate | null
  /** The verifier's epoch that the verdict was made in. */
  epoch: number
  /** When a verdict that lacks revocation information is to be made anew, in milliseconds since the epoch. */
  retryAt: number
  /** What the verdict waits for. */
  pending: Promise<void> | null
}

/** The verdicts of open connections. An entry goes with its socket. */
export interface Connections {
  /** Reads the certificates. Called in 'secureConnection', the one moment when the chain is there. */
  open(socket: object): void
  /**
   * What has to be waited for before the verdict is asked for: revocation information that is being fetched. `null` nearly
   * always, and on a connection whose verdict is known.
   */
  prepare(socket: object, now: number): Promise<void> | null
  /** The verdict that holds now. */
  verdictOf(socket: object, now: number): ClientCertificate
}

/**
 * Keeps one verdict a connection, and makes it anew when its time is over or anything it rested on has
 * changed: on a kept connection that costs a look-up and three comparisons a request.
 */
export function createConnections(verifier: Verifier): Connections {
  const states = new WeakMap<object, ConnectionState>()

  function open(socket: object): ConnectionState {
    const presented = readPresentedCertificates(socket)
    const state = { presented, verdict: null, epoch: -1, retryAt: Infinity, pending: null }
    states.set(socket, state)
    return state
  }

  /** The verdict, and whether it was made just now. */
  function decide(
    state: ConnectionState,
    now: number,
  ): { verdict: ClientCertificate; isNew: boolean } {
    const { verdict: known, retryAt } = state
    const epoch = verifier.epoch()
    const isCurrent = known !== null && state.epoch === epoch && now < retryAt
    if (isCurrent && isInTime(known, now)) return { verdict: known, isNew: false }
    const verdict = verifier.decide(state.presented, now)
    state.verdict = verdict
    state.epoch = epoch
    state.retryAt = verifier.isWaitingForStatus(verdict) ? now + RETRY_PAUSE : Infinity
    return { verdict, isNew: true }
  }

  return {
    open: (socket) => {
      open(socket)
    },
    prepare(socket, now) {
      const state = states.get(socket) ?? open(socket)
      // Requests that come while another one waits, wait with it.
      if (state.pending !== null) return state.pending
      const { verdict, isNew } = decide(state, now)
      const pending = isNew ? verifier.fetchMissing(state.presented, verdict, now) : null
      if (pending === null) return null
      state.pending = pending.then(() => {
        state.pending = null
        state.verdict = null
      })
      return state.pending
    },
    verdictOf(socket, now) {
      return decide(states.get(socket) ?? open(socket), now).verdict
    },
  }
}

/** Whether time alone leaves the verdict as it is. */
export function isInTime(verdict: ClientCertificate, now: number): boolean {
  if (verdict.kind === 'none') return true
  if (verdict.kind === 'refused') return now <= verdict.validUntil
  return now >= verdict.validFrom && now <= verdict.validUntil
}
