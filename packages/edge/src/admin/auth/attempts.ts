import { setTimeout as pause } from 'node:timers/promises'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { TooManyAttemptsError } from '../errors.js'

/** Wrong tokens of one address in a window that are answered as such, and have their lines in the log. */
const MAX_ATTEMPTS = 10
/** Milliseconds. */
const WINDOW = 60_000
/** How long a wrong token waits for its answer, in milliseconds. */
const DELAY = 200

/**
 * Counts wrong tokens by address. It slows guessing down and says that it happens; what makes guessing hopeless is the token, of which
 * the configuration wants 32 characters. So the right one is let in however many wrong ones came from its address: whoever else
 * is there, as every program of the machine is at 127.0.0.1, could otherwise keep its operator out.
 */
export interface Attempts {
  /**
   * Whether a token is the right one. A wrong one is counted, and waits for its answer.
   *
   * @throws FST_EDGE_ADMIN_TOO_MANY_ATTEMPTS: it is a wrong one after many others
   */
  judge(request: FastifyRequest, reply: FastifyReply, isRight: boolean): Promise<boolean>
}

export async function createAttempts(app: FastifyInstance): Promise<Attempts> {
  await app.register(rateLimit, { global: false })
  const limiter = app.createRateLimit({ max: MAX_ATTEMPTS, timeWindow: WINDOW })
  let last: Promise<unknown> = Promise.resolve()
  return {
    async judge(request, reply, isRight) {
      if (isRight) return true
      // One after the other: of those that come at once, each would see the count of all.
      const counted = last.then(() => limiter(request))
      last = counted.catch(() => {})
      const limit = await counted
      await pause(DELAY)
      if (limit.isAllowed || !limit.isExceeded) return false
      reply.header('retry-after', String(Math.max(1, limit.ttlInSeconds)))
      throw new TooManyAttemptsError()
    },
  }
}
