import { createError } from '@fastify/error'

/** The custom domain's own traffic, where `publicTraffic` is `reject`. */
export const PublicTrafficRejectedError = createError(
  'FST_EDGE_PUBLIC_TRAFFIC_REJECTED',
  'This host serves nothing without a client certificate.',
  404,
)

/** A method that the HTTP server knows and the router does not. */
export const MethodNotSupportedError = createError(
  'FST_EDGE_METHOD_NOT_SUPPORTED',
  'The method is not supported.',
  405,
)
