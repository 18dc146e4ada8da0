import type { FastifyReply } from 'fastify'
import { ClientGoneError } from './errors.js'

/** A signal that is aborted when the connection closes before the answer is out: nobody waits for it any more. */
export function whenClientGone({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new ClientGoneError())
  })
  return gone.signal
}
