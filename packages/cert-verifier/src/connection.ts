import type { ClientCertificate } from './decision/decision.js'
import type { PresentedCertificates } from './source/presented.js'
import { readPresentedCertificates } from './source/tls-socket.js'
import type { Verifier } from './verifier.js'

/** What is known of a connection: the certificates as presented, and the verdict on them. */
interface ConnectionState {
  readonly presented: PresentedCertificates | null
  verdict: ClientCertificate | null
  /** The verifier's epoch that the verdict was made in. */
  epoch: number
}

/** The verdicts of open connections. An entry goes with its socket. */
export interface Connections {
  /** Reads the certificates. Called in 'secureConnection', the one moment when the chain is there. */
  open(socket: object): void
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
    const state = { presented: readPresentedCertificates(socket), verdict: null, epoch: -1 }
    states.set(socket, state)
    return state
  }

  return {
    open: (socket) => {
      open(socket)
    },
    verdictOf(socket, now) {
      const state = states.get(socket) ?? open(socket)
      const epoch = verifier.epoch()
      if (state.verdict !== null && state.epoch === epoch && isInTime(state.verdict, now))
        return state.verdict
      state.verdict = verifier.decide(state.presented, now)
      state.epoch = epoch
      return state.verdict
    },
  }
}

/** Whether time alone leaves the verdict as it is. */
export function isInTime(verdict: ClientCertificate, now: number): boolean {
  if (verdict.kind === 'none') return true
  if (verdict.kind === 'refused') return now <= verdict.validUntil
  return now >= verdict.validFrom && now <= verdict.validUntil
}
