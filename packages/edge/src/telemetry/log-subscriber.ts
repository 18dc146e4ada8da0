import type { FastifyBaseLogger } from 'fastify'
import { symbols } from 'pino'
import type { FrontEvent } from '../front/index.js'
import type { Subscriber } from './observer.js'

/** Writes the log's lines: one a request, one a handshake that was refused, and what the listening socket reports. */
export function createLogSubscriber(log: FastifyBaseLogger): Subscriber {
  const requests = createFlatLog(log)
  return {
    request: (end) => requests.info(end, 'request'),
    connection: (event) => logConnection(event, log),
  }
}

/**
 * A log for flat data of a closed list of fields, none of them a header: there is nothing in it to redact, to shorten or to
 * serialise in a way of its own. So it goes through `JSON.stringify` as a whole, which takes a tenth of pino's walk from field to
 * field. Where the log is not pino's, it is taken as it is.
 *
 * @see https://github.com/pinojs/pino/blob/main/docs/api.md#pino-symbols on replacing a method for speed
 */
function createFlatLog(log: FastifyBaseLogger): FastifyBaseLogger {
  const flat = log.child({}, { redact: [] })
  const words: unknown = Reflect.get(flat, symbols.lsCacheSym)
  if (typeof words !== 'object' || words === null) return flat
  const bindings = String(Reflect.get(flat, symbols.chindingsSym))
  const messageKey = JSON.stringify(Reflect.get(flat, symbols.messageKeySym))
  const writeLine = (data: object, message: string, level: number, time: string): string =>
    `${Reflect.get(words, level)}${time}${bindings},${JSON.stringify(data).slice(1, -1)},${messageKey}:${JSON.stringify(message)}}\n`
  Reflect.set(flat, symbols.asJsonSym, writeLine)
  return flat
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
