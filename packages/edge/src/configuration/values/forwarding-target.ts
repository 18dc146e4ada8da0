import { isIP } from 'node:net'
import type { Place } from '../place.js'
import { isHostName, normalizeHostName } from './host-name.js'

const EXAMPLE = 'https://tenant-cd-id.edge.tenants.eu.auth0.com'

/** `tenant.auth0.com`, or `tenant.eu.auth0.com`: an origin domain name has two labels more, `edge` and `tenants`. */
const TENANT_DOMAIN = /^[^.]+\.(?:[^.]+\.)?auth0\.com$/

/** Reads the forwarding target, Auth0's origin domain name, into an origin: `https://host`, with a port if it isn't 443. */
export function readForwardingTarget(text: string, place: Place): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) {
    return place.error(
      'is not a URL',
      isHostName(normalizeHostName(text)) ? 'write https:// in front of it' : `write ${EXAMPLE}`,
    )
  }
  if (url.protocol !== 'https:') {
    return place.error('is not https', 'write https://; the target is spoken to over TLS alone')
  }
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    return place.error('has a user or a password', `write the origin alone, such as ${EXAMPLE}`)
  }
  if (text.includes('?')) {
    return place.error('has a query', `write the origin alone, such as ${EXAMPLE}`)
  }
  if (text.includes('#')) {
    return place.error('has a fragment', `write the origin alone, such as ${EXAMPLE}`)
  }
  if (url.pathname !== '/') {
    return place.error('has a path', `write the origin alone, such as ${EXAMPLE}`)
  }
  const host = normalizeHostName(url.hostname)
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    place.warning(
      'is an IP address',
      "write Auth0's origin domain name: it has to stand in the Host header and in the TLS handshake",
    )
  } else if (!isHostName(host)) {
    return place.error('has no valid host name', `write ${EXAMPLE}`)
  } else if (TENANT_DOMAIN.test(host)) {
    place.warning(
      "is a tenant's own domain, where no custom domain's API key counts",
      `write the custom domain's origin_domain_name, such as ${EXAMPLE}`,
    )
  }
  return url.port === '' ? `https://${host}` : `https://${host}:${url.port}`
}
