import { setTimeout as pause } from 'node:timers/promises'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { TooManyAttemptsError } from '../errors.js'

/** Wrong tokens of one address in a window, before nothing of it is looked at any more. */
const MAX_ATTEMPTS = 10
/** Milliseconds. */
const WINDOW = 60_000
/** How long a wrong token waits for its answer, in milliseconds. */
const DELAY = 200

/** Counts wrong tokens by address. */
export interface Attempts {
  /**
   * Whether a token is the right one. A wrong one is counted, and waits for its answer.
   *
   * @throws FST_EDGE_ADMIN_TOO_MANY_ATTEMPTS: then the right token is refused too, or guessing would go on
   */
  judge(request: FastifyRequest, reply: FastifyReply, isRight: () => boolean): Promise<boolean>
}

export async function createAttempts(app: FastifyInstance): Promise<Attempts> {
  await app.register(rateLimit, { global: false })
  const limiter = app.createRateLimit({ max: MAX_ATTEMPTS, timeWindow: WINDOW })
  let last: Promise<unknown> = Promise.resolve()

  async function judgeNow(
    request: FastifyRequest,
    reply: FastifyReply,
    isRight: () => boolean,
  ): Promise<boolean> {
    const limit = await limiter(request, { increment: false })
    if (!limit.isAllowed && limit.remaining <= 0) {
      reply.header('retry-after', String(Math.max(1, limit.ttlInSeconds)))
      throw new TooManyAttemptsError()
    }
    if (isRight()) return true
    await limiter(request)
    return false
  }

  return {
    async judge(request, reply, isRight) {
      // One after the other: of requests that come at once, none could be looked at before the others are counted.
      const judged = last.then(() => judgeNow(request, reply, isRight))
      last = judged.catch(() => {})
      const isTheOne = await judged
      if (!isTheOne) await pause(DELAY)
      return isTheOne
    },
  }
}
