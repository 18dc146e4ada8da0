import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Test } from 'tap'

const { TEST_REDIS_URL = 'redis://127.0.0.1:6379', CI } = process.env

export const redisUrl = (): URL => new URL(TEST_REDIS_URL)

/** Runs a suite against a real Redis; one that cannot be reached is skipped, on CI it fails. */
export async function withRedis(
  t: Test,
  title: string,
  suite: (t: Test) => Promise<unknown>,
): Promise<void> {
  const reason = CI === 'true' ? null : await whyUnreachable()
  if (reason === null) {
    await t.test(title, suite)
    return
  }
  const skip = `Redis cannot be reached at ${redisUrl().host}: ${reason}`
  t.comment(skip)
  await t.test(title, { skip }, async () => undefined)
}

/** An IPv6 network of the documentation's that no other test has. */
export function ownNetwork(): string {
  const hex = randomBytes(4).toString('hex')
  return `2001:db8:${hex.slice(0, 4)}:${hex.slice(4)}`
}

async function whyUnreachable(): Promise<string | null> {
  const redis = new Redis(TEST_REDIS_URL, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    await redis.ping()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown'
  } finally {
    redis.disconnect()
  }
}
