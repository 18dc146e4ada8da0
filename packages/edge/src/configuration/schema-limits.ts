import { map, optional, text, whole } from './schema-kinds.js'

const duration = (example: string) => optional(text(example))
/** Ranges are the readers' to judge: they say what a value beyond them would do. */
const count = (example: number) => optional(whole(1, example))

/** The shape of `rateLimit`: requests a minute. */
export const rateLimitSchema = map({
  perCertificate: count(600),
  perAddress: count(3_000),
  newConnectionsPerAddress: count(60),
  redis: optional(text('redis://localhost:6379')),
  redisFile: optional(text('redis-url.txt')),
})

/** The shape of `limits`. What each one is for stands in docs/limits.md. */
export const limitsSchema = map({
  handshakeTimeout: duration('10s'),
  headersTimeout: duration('10s'),
  bodyTimeout: duration('30s'),
  idleTimeout: duration('60s'),
  stallTimeout: duration('2m'),
  requestsPerConnection: count(10_000),
  connections: count(10_000),
  connectionsPerAddress: count(100),
  connectionsPerCertificate: count(100),
  headerBytes: count(16_384),
  headerCount: count(100),
  urlBytes: count(8_192),
  bodyBytes: count(1_048_576),
})
