import type { ReadContext } from '../context.js'
import { readSecret } from '../files/secret-value.js'
import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import type { Secret } from '../secret.js'
import type { RateLimitConfiguration } from '../types.js'

type Raw = NonNullable<RawConfiguration['rateLimit']>

/** The database's number; what else a URL could say are options of the library's. */
const DATABASE = /^\/?\d{0,5}$/

/** Reads how many requests a minute are let through, and where they are counted. Messages never quote the URL. */
export function readRateLimit(
  raw: Raw | undefined,
  place: Place,
  context: ReadContext,
): RateLimitConfiguration {
  const perCertificate = raw?.perCertificate ?? null
  const perAddress = raw?.perAddress ?? null
  const newConnectionsPerAddress = raw?.newConnectionsPerAddress ?? null
  const isShared = raw?.redis !== undefined || raw?.redisFile !== undefined
  if (isShared && perCertificate === null && perAddress === null && !place.isSpoilt) {
    place
      .at(raw?.redis === undefined ? 'redisFile' : 'redis')
      .warning(
        'has no effect, since nothing is limited',
        'write `perCertificate: 600`, or remove it',
      )
  }
  return {
    perCertificate,
    perAddress,
    newConnectionsPerAddress,
    redis: isShared ? readRedis({ ...raw }, place, context) : null,
  }
}

function readRedis(raw: Raw, place: Place, context: ReadContext): Secret | null {
  const url = readSecret({ ...raw }, 'redis', place, context.files)
  if (url === null || isRedisUrl(url.reveal())) return url
  return place
    .at(raw.redis === undefined ? 'redisFile' : 'redis')
    .error('is no URL of Redis', 'write redis://HOST:6379, or rediss://USER:PASSWORD@HOST:6379/0')
}

function isRedisUrl(text: string): boolean {
  if (!/^rediss?:\/\/[^/]/.test(text) || !URL.canParse(text)) return false
  const { pathname, search, hash } = new URL(text)
  return DATABASE.test(pathname) && search === '' && hash === ''
}
