import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Hits } from '../counting/index.js'
import { TooManyRequestsError } from './errors.js'

const MINUTE = 60_000

/** Counts one request of a key in the current window; never fails. */
export type CountRequest = (key: string, window: number) => Promise<Hits>

/** Makes hooks that limit requests a minute. */
export interface RequestLimits {
  /**
   * @param most requests a minute of one key
   * @param keyOf `null`: this request is not counted
   * @throws FST_EDGE_TOO_MANY_REQUESTS with `Retry-After`
   */
  limit(most: number, keyOf: (request: FastifyRequest) => string | null): onRequestAsyncHookHandler
}

/**
 * Prepares a host for limits on requests. Its answers get no headers of limits: Auth0's own, which say how much the client has
 * left there, pass through.
 */
export async function prepareRequestLimits(
  app: FastifyInstance,
  count: CountRequest,
): Promise<RequestLimits> {
  class Store implements FastifyRateLimitStore {
    incr(
      key: string,
      done: (error: Error | null, result?: { current: number; ttl: number }) => void,
      window: number,
    ): void {
      count(key, window).then(
        (hits) => done(null, { current: hits.count, ttl: hits.endsIn }),
        (error: Error) => done(error),
      )
    }
    child(): FastifyRateLimitStore {
      return this
    }
  }
  await app.register(rateLimit, { global: false, store: Store })

  return {
    limit(most, keyOf) {
      const check = app.createRateLimit({
        max: most,
        timeWindow: MINUTE,
        keyGenerator: (request) => keyOf(request) ?? '',
      })
      return async (request, reply) => {
        if (keyOf(request) === null) return
        const result = await check(request)
        if (result.isAllowed || !result.isExceeded) return
        reply.header('retry-after', result.ttlInSeconds)
        throw new TooManyRequestsError()
      }
    },
  }
}
