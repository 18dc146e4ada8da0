import type { FastifyBaseLogger } from 'fastify'
import type { FrontEvent } from '../front/index.js'
import type { Subscriber } from './observer.js'

/** Writes the log's lines: one a request, one a handshake that was refused, and what the listening socket reports. */
export function createLogSubscriber(log: FastifyBaseLogger): Subscriber {
  // Flat data of a closed list of fields, none of them a header: there is nothing in it to look for.
  const requests = log.child({}, { redact: [] })
  return {
    request: (end) => requests.info(end, 'request'),
    connection: (event) => logConnection(event, log),
  }
}

function logConnection(event: FrontEvent, log: FastifyBaseLogger): void {
  if (event.type === 'handshake_completed') return
  if (event.type === 'handshake_refused') {
    const { reason, remoteAddress, serverName, cause } = event
    log.info(
      { event: event.type, reason, remoteAddress, serverName, detail: cause?.message ?? null },
      'handshake refused',
    )
  } else if (event.type === 'connection_dropped')
    log.warn({ event: event.type, remoteAddress: event.remoteAddress }, 'too many connections')
  else log.error({ event: event.type, err: event.cause }, 'the listener failed')
}
