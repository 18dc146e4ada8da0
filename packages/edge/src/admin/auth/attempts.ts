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
  /** @throws FST_EDGE_ADMIN_TOO_MANY_ATTEMPTS: then the right token is refused too, or guessing would go on */
  check(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Counts a wrong one, and lets it wait. */
  count(request: FastifyRequest): Promise<void>
}

export async function createAttempts(app: FastifyInstance): Promise<Attempts> {
  await app.register(rateLimit, { global: false })
  const limiter = app.createRateLimit({ max: MAX_ATTEMPTS, timeWindow: WINDOW })
  return {
    async check(request, reply) {
      const limit = await limiter(request, { increment: false })
      if (limit.isAllowed || limit.remaining > 0) return
      reply.header('retry-after', String(Math.max(1, limit.ttlInSeconds)))
      throw new TooManyAttemptsError()
    },
    async count(request) {
      await limiter(request)
      await pause(DELAY)
    },
  }
}
