import { createError } from '@fastify/error'

/** No token and no session, or none that holds. Which of it was wrong nobody is told. */
export const UnauthorizedError = createError<'FST_EDGE_ADMIN_UNAUTHORIZED', 401>(
  'FST_EDGE_ADMIN_UNAUTHORIZED',
  'the token or the session is missing, wrong or over',
  401,
)

/** A page of another origin may have sent it. */
export const CrossSiteError = createError<'FST_EDGE_ADMIN_CROSS_SITE', 403>(
  'FST_EDGE_ADMIN_CROSS_SITE',
  'this request may come from a page of another origin',
  403,
)

/** The Host header names none of this listener's hosts. */
export const UnknownHostError = createError<'FST_EDGE_ADMIN_UNKNOWN_HOST', 421>(
  'FST_EDGE_ADMIN_UNKNOWN_HOST',
  'the Host header names none of the hosts of the admin listener',
  421,
)

/** Too many wrong tokens from one address. */
export const TooManyAttemptsError = createError<'FST_EDGE_ADMIN_TOO_MANY_ATTEMPTS', 429>(
  'FST_EDGE_ADMIN_TOO_MANY_ATTEMPTS',
  'too many wrong tokens came from this address',
  429,
)

/** Something in the request can't be what is meant; the argument says what. */
export const InvalidRequestError = createError<'FST_EDGE_ADMIN_INVALID_REQUEST', 400, [string]>(
  'FST_EDGE_ADMIN_INVALID_REQUEST',
  '%s',
  400,
)

/** What is asked about is not there; the argument says what. */
export const NotThereError = createError<'FST_EDGE_ADMIN_NOT_FOUND', 404, [string]>(
  'FST_EDGE_ADMIN_NOT_FOUND',
  '%s',
  404,
)

/** There is something at the path, for other methods. */
export const MethodNotAllowedError = createError<'FST_EDGE_ADMIN_METHOD_NOT_ALLOWED', 405>(
  'FST_EDGE_ADMIN_METHOD_NOT_ALLOWED',
  'the path takes other methods',
  405,
)

/** The configuration has no registry. */
export const NoRegistryError = createError<'FST_EDGE_ADMIN_NO_REGISTRY', 409>(
  'FST_EDGE_ADMIN_NO_REGISTRY',
  'the configuration has no registry',
  409,
)

/** Nobody waits for the answer any more. No client sees it; 499 is what web servers write down for this. */
export const ClientGoneError = createError<'FST_EDGE_ADMIN_CLIENT_GONE', 499>(
  'FST_EDGE_ADMIN_CLIENT_GONE',
  'the client is gone',
  499,
)
