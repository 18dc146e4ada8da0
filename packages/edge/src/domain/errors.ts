import { createError } from '@fastify/error'

/** The custom domain's own traffic, where `publicTraffic` is `reject`. */
export const PublicTrafficRejectedError = createError(
  'FST_EDGE_PUBLIC_TRAFFIC_REJECTED',
  'This host serves nothing without a client certificate.',
  404,
)

/** A certificate that has as many connections as it may have. */
export const TooManyConnectionsError = createError(
  'FST_EDGE_TOO_MANY_CONNECTIONS',
  'This client certificate has too many connections.',
  429,
)

/** A method that the HTTP server knows and the router does not. */
export const MethodNotSupportedError = createError(
  'FST_EDGE_METHOD_NOT_SUPPORTED',
  'The method is not supported.',
  405,
)
