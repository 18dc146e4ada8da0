import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RequestEnd } from '../telemetry/request-end.js'
import { pathOf } from './answer.js'
import { clientAddress } from './client-address.js'

/** A path longer than this is cut in the log: what matters of it is at its start. */
const MAX_LOGGED_LENGTH = 256

/** Controls, and what turns text around or hides it, on a terminal that shows the log. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Text from a client, made harmless for a log line: escaped and cut. */
export function harmless(text: string, maxLength: number = MAX_LOGGED_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}...` : text
  return cut.replace(HARMFUL, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** How a request ended, where it did not simply get Auth0's answer. */
export interface Outcome {
  /** Reason code; `null` where the request was forwarded. */
  reason: string | null
  /** For operators; it never reaches the client. */
  detail: string | null
  /** `performance.now()` when the request went to Auth0 and when its answer's headers came. */
  forwardedAt: number | null
  answeredAt: number | null
}

export const createOutcome = (): Outcome => ({
  reason: null,
  detail: null,
  forwardedAt: null,
  answeredAt: null,
})

/** What of a host is told with each of its requests. */
export interface ObservedHost {
  readonly domain: string
  readonly host: string
  /** Paths of the configuration. */
  readonly endpoints: ReadonlySet<string>
}

/** What a request ended as: who, what, the verdict on the certificate, and how. */
export function describeRequest(
  { domain, host, endpoints }: ObservedHost,
  request: FastifyRequest,
  reply: FastifyReply,
): RequestEnd {
  const { outcome } = request
  // Hosts that ask for no certificate have no verifier, and what the router can't read has no decorators at all.
  const clientCertificate: FastifyRequest['clientCertificate'] = request.clientCertificate ?? null
  const accepted =
    clientCertificate?.kind === 'ca-verified' || clientCertificate?.kind === 'self-signed'
  const certificate =
    clientCertificate === null || clientCertificate.kind === 'none'
      ? null
      : clientCertificate.certificate
  const path = pathOf(request.raw.url ?? '')
  return {
    event: 'request',
    requestId: request.id,
    domain,
    host,
    protocol: protocolOf(request.raw),
    method: harmless(request.method, 16),
    path: harmless(path),
    endpoint: endpoints.has(path) ? path : 'other',
    status: reply.statusCode,
    verdict: clientCertificate?.kind ?? null,
    reason: outcome.reason,
    detail: outcome.detail === null ? null : harmless(outcome.detail, 2048),
    thumbprint: certificate?.thumbprint ?? null,
    subject: certificate === null ? null : harmless(certificate.subject.text),
    issuer: certificate === null ? null : harmless(certificate.issuer.text),
    serial: certificate?.serialNumber ?? null,
    registered: accepted ? clientCertificate.registered : null,
    handshakeError: accepted ? clientCertificate.handshakeError : null,
    remoteAddress: clientAddress(request),
    durationMs: round(reply.elapsedTime),
    auth0Ms:
      outcome.forwardedAt === null || outcome.answeredAt === null
        ? null
        : round(outcome.answeredAt - outcome.forwardedAt),
  }
}

/** The version of HTTP that a request was read as. */
export function protocolOf({
  httpVersion,
  httpVersionMajor,
}: Pick<IncomingMessage, 'httpVersion' | 'httpVersionMajor'>): RequestEnd['protocol'] {
  if (httpVersionMajor === 2) return '2.0'
  return httpVersion === '1.0' ? '1.0' : '1.1'
}

const round = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000

declare module 'fastify' {
  interface FastifyRequest {
    outcome: Outcome
  }
}
