import type { FastifyReply, FastifyRequest } from 'fastify'
import { pathOf } from './answer.js'

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

/** One line a request, as data: who, what, the verdict on the certificate, and how it ended. */
export function describeRequest(request: FastifyRequest, reply: FastifyReply): object {
  const { outcome } = request
  // Hosts that ask for no certificate have no verifier, and what the router can't read has no decorators at all.
  const clientCertificate: FastifyRequest['clientCertificate'] = request.clientCertificate ?? null
  const accepted =
    clientCertificate?.kind === 'ca-verified' || clientCertificate?.kind === 'self-signed'
  const certificate =
    clientCertificate === null || clientCertificate.kind === 'none'
      ? null
      : clientCertificate.certificate
  return {
    event: 'request',
    method: harmless(request.method, 16),
    path: harmless(pathOf(request.raw.url ?? '')),
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
    remoteAddress: request.ip,
    durationMs: round(reply.elapsedTime),
    auth0Ms:
      outcome.forwardedAt === null || outcome.answeredAt === null
        ? null
        : round(outcome.answeredAt - outcome.forwardedAt),
  }
}

const round = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000

declare module 'fastify' {
  interface FastifyRequest {
    outcome: Outcome
  }
}
