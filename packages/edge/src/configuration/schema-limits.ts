import { Type } from 'typebox'

const duration = (example: string) =>
  Type.Optional(Type.String({ minLength: 1, examples: [example] }))
/** Ranges are the readers' to judge: they say what a value beyond them would do. */
const count = (example: number) => Type.Optional(Type.Integer({ minimum: 1, examples: [example] }))

/** The shape of `rateLimit`: requests a minute. */
export const rateLimitSchema = Type.Object(
  {
    perCertificate: count(600),
    perAddress: count(3_000),
    newConnectionsPerAddress: count(60),
    redis: Type.Optional(Type.String({ minLength: 1, examples: ['redis://localhost:6379'] })),
    redisFile: Type.Optional(Type.String({ minLength: 1, examples: ['redis-url.txt'] })),
  },
  { additionalProperties: false },
)

/** The shape of `limits`. What each one is for stands in docs/limits.md. */
export const limitsSchema = Type.Object(
  {
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
  },
  { additionalProperties: false },
)
