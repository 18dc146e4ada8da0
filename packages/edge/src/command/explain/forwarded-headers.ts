import { encodeCertificateHeader } from '@mtls-edge/auth0-forwarder'
import type { Accepted } from '@mtls-edge/cert-verifier'
import type { DomainConfiguration } from '../../configuration/index.js'

export interface ForwardedHeader {
  readonly name: string
  /** The key shows itself as `[secret]`; what only the connection knows stands in angle brackets. */
  readonly value: string
  /** The length of the real value; `null` where only the connection knows it. */
  readonly bytes: number | null
}

/** The words that Auth0 reads, for each kind that is let through. */
const CA_VERIFIED: Readonly<Record<Accepted['kind'], string>> = {
  'ca-verified': 'SUCCESS',
  'self-signed': 'FAILED:self-signed certificate',
}

/** The headers that the edge sets; `too large` where the certificate's header goes over Auth0's limit. */
export function describeHeaders(
  decision: Accepted,
  { auth0 }: DomainConfiguration,
): readonly ForwardedHeader[] | 'too large' {
  let certificate: string
  try {
    certificate = encodeCertificateHeader(decision.raw)
  } catch (error) {
    if (isTooLarge(error)) return 'too large'
    throw error
  }
  const known = (name: string, value: string): ForwardedHeader => ({
    name,
    value,
    bytes: value.length,
  })
  const address = { value: '<address of the client>', bytes: null }
  const addressHeaders = new Set(['x-forwarded-for', auth0.clientIpHeader ?? 'x-forwarded-for'])
  return [
    known('host', new URL(auth0.forwardingTarget).host),
    {
      name: 'cname-api-key',
      value: String(auth0.cnameApiKey),
      bytes: auth0.cnameApiKey.reveal().length,
    },
    known('client-certificate', certificate),
    known('client-certificate-ca-verified', CA_VERIFIED[decision.kind]),
    ...[...addressHeaders].map((name) => ({ name, ...address })),
  ]
}

function isTooLarge(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'FST_AUTH0_FORWARDER_CERTIFICATE_TOO_LARGE'
  )
}
