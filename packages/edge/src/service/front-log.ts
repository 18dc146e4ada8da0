import type { FastifyBaseLogger } from 'fastify'
import type { FrontEvent } from '../front/index.js'

/** One line for each connection that never became one, and for what the listening socket reports. */
export function describeFrontEvent(event: FrontEvent, log: FastifyBaseLogger): void {
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
