import type { ClientCertificate } from './decision/decision.js'
import type { VerifierObserver } from './observer.js'
import { RETRY_PAUSE } from './revocation/keeper.js'
import type { ChainMemory, PresentedChain } from './source/chain-memory.js'
import type { ReceivedCertificates } from './source/presented.js'
import { completeResumed } from './source/resumed.js'
import { isResumed, readPresentedCertificates } from './source/tls-socket.js'
import type { Verifier } from './verifier.js'

/** What is known of a connection: the certificates as presented, and the verdict on them. */
interface ConnectionState {
  presented: ReceivedCertificates | null
  verdict: ClientCertificate | null
  /** The verifier's epoch that the verdict was made in. */
  epoch: number
  /** When a verdict that lacks revocation information is to be made anew, in milliseconds since the epoch. */
  retryAt: number
  /** What the verdict waits for. */
  pending: Promise<void> | null
  /** Whether nobody has asked for the verdict since it was made. */
  isNew: boolean
  /** Whether it was reported as one of a session that can't be judged. */
  isUnknown: boolean
}

/** The verdicts of open connections. An entry goes with its socket. */
export interface Connections {
  /** Reads the certificates. Called in 'secureConnection', the one moment when the chain is there. */
  open(socket: object): void
  /**
   * What has to be waited for before the verdict is asked for: revocation information that is being fetched, the chain of a
   * resumed session that another process knows. `null` nearly always, and on a connection whose verdict is known.
   */
  prepare(socket: object, now: number): Promise<void> | null
  /** The verdict that holds now. */
  verdictOf(socket: object, now: number): ClientCertificate
  /** The same for a request that had its verdict: nothing is fetched, told or kept for it. */
  verdictAgain(socket: object, now: number): ClientCertificate
}

/**
 * Keeps one verdict a connection, and makes it anew when its time is over or anything it rested on has
 * changed: on a kept connection that costs a look-up and three comparisons a request.
 *
 * @param memory `null`: a resumed session is judged by what it brings
 * @param clock milliseconds since the epoch
 */
export function createConnections(
  verifier: Verifier,
  memory: ChainMemory | null,
  clock: () => number,
  { onVerdict }: VerifierObserver = {},
): Connections {
  // A property of the socket, and no WeakMap: to put each new connection into one takes many times as long, and V8's collector looks
  // through all of it.
  const ofSocket: unique symbol = Symbol('certificates')
  type Known = { [ofSocket]?: ConnectionState }

  function open(socket: Known): ConnectionState {
    const presented = readPresentedCertificates(socket)
    const state: ConnectionState = {
      presented,
      verdict: null,
      epoch: -1,
      retryAt: Infinity,
      pending: null,
      isNew: false,
      isUnknown: false,
    }
    socket[ofSocket] = state
    // A session without a certificate is one of nobody, resumed or not.
    if (presented === null || memory === null) return state
    const { thumbprint } = presented
    if (isResumed(socket)) complete(state, presented, memory.recall(thumbprint))
    else if (memory.isRemembering !== false)
      memory.remember(thumbprint, { pool: presented.pool, since: clock() })
    return state
  }

  const stateOf = (socket: Known): ConnectionState => socket[ofSocket] ?? open(socket)

  /** Adds to a resumed session what its full handshake brought, at once or when it is known. */
  function complete(
    state: ConnectionState,
    presented: ReceivedCertificates,
    recalled: ReturnType<ChainMemory['recall']>,
  ): void {
    // The connection may be closed when its chain comes.
    const { leaf, thumbprint, handshake, pool } = presented
    const received = { leaf, thumbprint, handshake, pool }
    const take = (chain: PresentedChain | null): void => {
      state.presented = completeResumed(received, chain, verifier.configured(), clock())
    }
    if (!(recalled instanceof Promise)) {
      take(recalled)
      return
    }
    // Nobody is to be judged by this: requests wait.
    take(null)
    const taken = recalled.then(take, () => {})
    holdBack(
      state,
      taken.then(() => fetchMissing(state, clock())),
    )
  }

  /** Lets requests wait for what the verdict rests on. */
  function holdBack(state: ConnectionState, arrival: Promise<unknown>): Promise<void> {
    state.pending = arrival.then(() => {
      state.pending = null
      state.verdict = null
    })
    return state.pending
  }

  function fetchMissing(state: ConnectionState, now: number): Promise<void> | null {
    const { verdict, isNew } = decide(state, now)
    return isNew ? verifier.fetchMissing(state.presented, verdict, now) : null
  }

  /** The verdict, and whether it was made just now. */
  function decide(
    state: ConnectionState,
    now: number,
  ): { verdict: ClientCertificate; isNew: boolean } {
    const { verdict: known } = state
    const epoch = verifier.epoch()
    if (known !== null && holds(state, known, epoch, now)) return { verdict: known, isNew: false }
    const verdict = verifier.decide(state.presented, now)
    state.verdict = verdict
    state.isNew = true
    state.epoch = epoch
    if (!state.isUnknown && verdict.kind === 'refused' && verdict.reason === 'session_unknown') {
      state.isUnknown = true
      memory?.reportUnknown()
    }
    state.retryAt = verifier.isWaitingForStatus(verdict) ? now + RETRY_PAUSE : Infinity
    return { verdict, isNew: true }
  }

  return {
    open: (socket) => {
      open(socket)
    },
    prepare(socket, now) {
      const state = stateOf(socket)
      // Requests that come while another one waits, wait with it.
      if (state.pending !== null) return state.pending
      const fetched = fetchMissing(state, now)
      return fetched === null ? null : holdBack(state, fetched)
    },
    verdictOf(socket, now) {
      const state = stateOf(socket)
      const { verdict } = decide(state, now)
      // What was made for this request was told when it was made.
      if (!state.isNew && state.presented !== null) onVerdict?.('connection')
      state.isNew = false
      return verdict
    },
    verdictAgain(socket, now) {
      const state = stateOf(socket)
      const { verdict: known } = state
      const isKnown = known !== null && holds(state, known, verifier.epoch(), now)
      return isKnown ? known : verifier.decide(state.presented, now)
    },
  }
}

/** Whether the verdict of a connection needs not be made anew. */
function holds(
  { epoch, retryAt }: ConnectionState,
  verdict: ClientCertificate,
  epochNow: number,
  now: number,
): boolean {
  return epoch === epochNow && now < retryAt && isInTime(verdict, now)
}

/** Whether time alone leaves the verdict as it is. */
export function isInTime(verdict: ClientCertificate, now: number): boolean {
  if (verdict.kind === 'none') return true
  if (verdict.kind === 'refused') return now <= verdict.validUntil
  return now >= verdict.validFrom && now <= verdict.validUntil
}
