import type { VerifierObserver } from '@mtls-edge/cert-verifier'
import type { Observer, VerdictOrigin } from '../telemetry/observer.js'

/** Passes on what the verifier of a host tells, with its domain. */
export function observeVerifier(domain: string, observer: Observer): VerifierObserver {
  // Made once: one is told with each request.
  const origins = {
    connection: { domain, origin: 'connection' },
    cache: { domain, origin: 'cache' },
    decision: { domain, origin: 'decision' },
  } satisfies Record<VerdictOrigin['origin'], VerdictOrigin>
  return {
    onVerdict: (origin) => observer.verdict(origins[origin]),
    onFetch: (kind, result) => observer.fetch({ domain, kind, result }),
  }
}
