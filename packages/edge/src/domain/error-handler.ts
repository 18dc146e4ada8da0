import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { createAnswer, pathOf } from './answer.js'
import { describeFailure } from './reason.js'

/**
 * Turns any failure into the contract's answer. The client learns the reason's code and one sentence; the cause goes into
 * the request's line in the log.
 */
export function handleError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const failure = describeFailure(error)
  request.outcome.reason = failure.reason
  request.outcome.detail = describeCause(error)
  // What can be expected to fail, such as the way to Auth0, says all in the request's own line.
  if (failure.status === 500)
    request.log.error({ event: 'failure', reason: failure.reason, err: error }, failure.sentence)
  const path = pathOf(request.raw.url ?? '')
  const { status, headers, body } = createAnswer(
    failure.status,
    failure.reason,
    failure.sentence,
    path,
  )
  reply.code(status).headers(headers).send(body)
}

/** The detail behind the public sentence: the messages of the causes, outermost first. */
function describeCause(error: Error): string {
  const messages: string[] = []
  let cause: unknown = error.cause ?? error
  while (cause instanceof Error && messages.length < 5) {
    messages.push(cause.message)
    cause = cause.cause
  }
  return messages.join(': ')
}
