import type { FastifyRequest } from 'fastify'

/** A header that no form and no page of another origin can send without asking first, which is never allowed here. */
export const CSRF_HEADER = 'x-mtls-edge-csrf'

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD']

/** Whether the method changes nothing. */
export const isSafe = ({ method }: Pick<FastifyRequest, 'method'>): boolean =>
  SAFE_METHODS.includes(method)

/** Whether the browser says that a page of another origin sent this. */
export function isFromElsewhere({ headers, protocol, method }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && !(site === 'none' && isSafe({ method })))
    return true
  const { origin, host } = headers
  return origin !== undefined && !isOwnOrigin(origin, host, protocol)
}

/**
 * Whether a request that changes something, and has nothing but a cookie to show, was sent by the listener's own page.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export const hasCsrfHeader = ({ headers }: FastifyRequest): boolean => headers[CSRF_HEADER] === '1'

function isOwnOrigin(origin: string, host: string | undefined, protocol: string): boolean {
  if (host === undefined || !URL.canParse(origin)) return false
  const sent = new URL(origin)
  // Where something in front ends TLS, the page is at https while this listener speaks http; never the other way round.
  if (protocol === 'https' && sent.protocol !== 'https:') return false
  const own = `${sent.protocol}//${host}`
  return URL.canParse(own) && sent.host === new URL(own).host
}
