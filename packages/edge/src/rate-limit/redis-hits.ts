import type { FastifyBaseLogger } from 'fastify'
import { Redis } from 'ioredis'
import type { Secret } from '../configuration/secret.js'
import type { Hits } from '../counting/index.js'
import type { Part } from '../service/parts.js'

/**
 * How long a request waits for Redis at the most, in milliseconds: in one network it answers within a few. After that it
 * counts as away, so that no further request waits.
 */
const COMMAND_TIMEOUT = 250

/** How long a connection may take, in milliseconds. */
const CONNECT_TIMEOUT = 2_000

/** The pause before it is tried again doubles from the first to the last, in milliseconds. */
const SHORTEST_PAUSE = 100
const LONGEST_PAUSE = 2_000

/** Before each key, so that others may use the same database. */
const PREFIX = 'mtls-edge:rate:'

/** One hit, and the window's end with the first; at once, so that two edges can't both be the first. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { count, left }`

/** Hits that are counted in Redis. */
export interface RedisHits {
  /** `null` where Redis is away; never throws, and waits for a quarter of a second at the most. */
  hit(key: string, window: number): Promise<Hits | null>
  describe(): Part
  close(): void
}

/**
 * Connects to Redis, now and again whenever it is lost. Nothing is kept for later while it is away, and nothing is sent twice.
 * What it says of errors is logged as text alone: the library's error of a failed login holds the password.
 */
export function connectRedisHits(url: Secret, log: FastifyBaseLogger): RedisHits {
  let part: Part = { state: 'degraded', since: new Date().toISOString() }
  let isKnown = false
  let lastError = ''
  const redis = new Redis(url.reveal(), {
    commandTimeout: COMMAND_TIMEOUT,
    connectTimeout: CONNECT_TIMEOUT,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(SHORTEST_PAUSE * 2 ** (times - 1), LONGEST_PAUSE),
  })

  const become = (state: 'ready' | 'degraded'): void => {
    if (isKnown && part.state === state) return
    isKnown = true
    part = { state, since: new Date().toISOString() }
    if (state === 'ready') log.info({ event: 'rate_limit_shared' }, 'requests are counted in Redis')
    else log.warn({ event: 'rate_limit_alone', detail: lastError }, ALONE)
  }
  redis.on('error', (error: unknown) => {
    lastError = error instanceof Error ? error.message : 'unknown'
  })
  redis.on('ready', () => become('ready'))
  redis.on('close', () => become('degraded'))

  return {
    async hit(key, window) {
      if (part.state !== 'ready') return null
      try {
        return readHits(await redis.eval(COUNT, 1, PREFIX + key, window))
      } catch (error) {
        lastError = error instanceof Error ? error.message : 'unknown'
        // A server that hangs: what was asked is given up with the connection, and a new one shows when it is back.
        if (redis.status === 'ready') redis.disconnect(true)
        become('degraded')
        return null
      }
    },
    describe: () => part,
    close: () => {
      redis.removeAllListeners('close')
      redis.disconnect()
    },
  }
}

function readHits(reply: unknown): Hits {
  const [count, left] = Array.isArray(reply) ? reply : []
  if (typeof count !== 'number' || typeof left !== 'number') throw new TypeError('no two numbers')
  return { count, endsIn: Math.max(1, left) }
}

const ALONE = 'Redis is away: this edge counts requests by itself until it is back'
