import type { FastifyReply } from 'fastify'
import { translateFailure } from '../upstream/upstream-failure.js'
import { cutAnswer, onceSettled } from './client-stream.js'

/**
 * Answers with one of our errors, or cuts the connection where the response has begun: it is never completed as if
 * whole. The connection is closed as well where a body is still on its way.
 */
export function answerFailure(reply: FastifyReply, error: unknown): void {
  if (reply.raw.headersSent) {
    cutAnswer(reply.raw)
    return
  }
  if (reply.sent) return
  closeUnlessRead(reply)
  const failure = translateFailure(error)
  onceSettled(reply, () => {
    if (!reply.sent) reply.send(failure)
  })
}

/** Node would otherwise read a refused body to its end to find the next request behind it. */
export function closeUnlessRead(reply: FastifyReply): void {
  const { raw, headers } = reply.request
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0
  if (hasBody && raw.complete !== true && raw.httpVersionMajor === 1) {
    reply.header('connection', 'close')
  }
}
