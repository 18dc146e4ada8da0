import type { FastifyBaseLogger } from 'fastify'
import type { FrontEvent } from '../front/index.js'
import { createChannel } from './channel.js'
import type { RequestEnd } from './request-end.js'

/** What the files held was put in force, or was refused and the old stays. */
export interface ReloadEnd {
  readonly result: 'accepted' | 'refused'
}

/** A verdict was asked for: known on the connection, known of the certificate, or to be made. */
export interface VerdictOrigin {
  readonly domain: string
  readonly origin: 'connection' | 'cache' | 'decision'
}

/** An attempt to fetch revocation information has ended. */
export interface FetchEnd {
  readonly domain: string
  readonly kind: 'crl' | 'ocsp'
  readonly result: 'fetched' | 'failed'
}

/** What the parts of the edge tell when something has ended. None of these throws. */
export interface Observer {
  readonly request: (end: RequestEnd) => void
  /** A handshake has ended, well or not, or the listener has trouble. */
  readonly connection: (event: FrontEvent) => void
  readonly reload: (end: ReloadEnd) => void
  readonly verdict: (origin: VerdictOrigin) => void
  readonly fetch: (end: FetchEnd) => void
}

/**
 * Somebody who wants to know: the log, the metrics, whoever shows what is going on now. It is called where the thing
 * happened, on the way of a request: it must do little and wait for nothing.
 */
export type Subscriber = Partial<Observer>

/** The one place that everything is told to, in one process. */
export interface Telemetry extends Observer {
  /** Returns what ends it. */
  subscribe(subscriber: Subscriber): () => void
}

/** The same, with what a subscriber throws as a line of the log. */
export const createLoggedTelemetry = (log: FastifyBaseLogger): Telemetry =>
  createTelemetry((error) => log.error({ event: 'failure', err: error }, 'a subscriber failed'))

/**
 * Makes the place that everything is told to.
 *
 * @param onFailure gets what a subscriber throws: no request fails for it, and the other subscribers are told all the same
 */
export function createTelemetry(onFailure: (error: unknown) => void): Telemetry {
  const requests = createChannel<RequestEnd>(onFailure)
  const connections = createChannel<FrontEvent>(onFailure)
  const reloads = createChannel<ReloadEnd>(onFailure)
  const verdicts = createChannel<VerdictOrigin>(onFailure)
  const fetches = createChannel<FetchEnd>(onFailure)
  return {
    request: requests.tell,
    connection: connections.tell,
    reload: reloads.tell,
    verdict: verdicts.tell,
    fetch: fetches.tell,
    subscribe({ request, connection, reload, verdict, fetch }) {
      const endings = [
        ...(request === undefined ? [] : [requests.add(request)]),
        ...(connection === undefined ? [] : [connections.add(connection)]),
        ...(reload === undefined ? [] : [reloads.add(reload)]),
        ...(verdict === undefined ? [] : [verdicts.add(verdict)]),
        ...(fetch === undefined ? [] : [fetches.add(fetch)]),
      ]
      return () => {
        for (const end of endings) end()
      }
    },
  }
}
