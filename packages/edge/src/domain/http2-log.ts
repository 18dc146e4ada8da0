import type { FastifyBaseLogger } from 'fastify'
import type { SessionRefused } from '../front/index.js'

/** Writes down which HTTP/2 sessions were ended with an error: one line a connection at the most. */
export function logHttp2Refusal(log: FastifyBaseLogger): (refused: SessionRefused) => void {
  return ({ reason, remoteAddress, cause }) => {
    const code = cause !== null && 'code' in cause ? cause.code : null
    const detail = cause?.message ?? null
    log.info(
      { event: 'http2_refused', reason, code, detail, remoteAddress },
      'an HTTP/2 connection was ended',
    )
  }
}
