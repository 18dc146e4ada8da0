import { CertificateTooLargeError, certificateHeaders } from '@mtls-edge/auth0-forwarder'
import type { Accepted } from '@mtls-edge/cert-verifier'
import type { DomainConfiguration } from '../configuration/index.js'

export interface ForwardedHeader {
  readonly name: string
  /** The key shows itself as `[secret]`; what only the connection knows stands in angle brackets. */
  readonly value: string
  /** The length of the real value; `null` where only the connection knows it. */
  readonly bytes: number | null
}

/** The headers that the edge sets; `too large` where the certificate's header goes over Auth0's limit. */
export function describeHeaders(
  decision: Accepted,
  { auth0 }: DomainConfiguration,
): readonly ForwardedHeader[] | 'too large' {
  let certificate: readonly string[]
  try {
    certificate = certificateHeaders(decision)
  } catch (error) {
    if (error instanceof CertificateTooLargeError) return 'too large'
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
    ...pairsOf(certificate).map(([name, value]) => known(name, value)),
    ...[...addressHeaders].map((name) => ({ name, ...address })),
  ]
}

/** Names and values in turn, as pairs. */
function pairsOf(headers: readonly string[]): readonly (readonly [name: string, value: string])[] {
  return headers.flatMap((name, index) =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? ''] as const] : [],
  )
}
