import { createError } from '@fastify/error'

/** A certificate or an address that asked for too much within a minute. */
export const TooManyRequestsError = createError(
  'FST_EDGE_TOO_MANY_REQUESTS',
  'Too many requests within a minute.',
  429,
)
