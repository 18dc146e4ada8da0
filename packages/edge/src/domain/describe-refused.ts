import type { RefusedRequest } from '../front/index.js'
import type { RequestEnd } from '../telemetry/request-end.js'
import { harmless, type ObservedHost, protocolOf } from './access-log.js'
import { pathOf } from './answer.js'
import { addressOf } from './client-address.js'

/** What a request ended as that was answered before anybody looked at its certificate: too many headers, too long a URL, no Host. */
export function describeRefused(
  { domain, host, endpoints }: ObservedHost,
  { requestId, request, status, reason }: RefusedRequest,
): RequestEnd {
  const path = pathOf(request.url ?? '')
  return {
    event: 'request',
    requestId,
    domain,
    host,
    protocol: protocolOf(request),
    method: harmless(request.method ?? '', 16),
    path: harmless(path),
    endpoint: endpoints.has(path) ? path : 'other',
    status,
    verdict: null,
    reason,
    detail: null,
    thumbprint: null,
    subject: null,
    issuer: null,
    serial: null,
    registered: null,
    handshakeError: null,
    remoteAddress: addressOf(request.socket),
    durationMs: 0,
    auth0Ms: null,
  }
}
