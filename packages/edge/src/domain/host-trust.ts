import type { DomainConfiguration, TlsProfile } from '../configuration/types.js'
import { describeHostServer } from './host-options.js'
import type { HostDescription } from './host-role.js'
import { describeVerifierLists } from './verifier-lists.js'

/**
 * What a host's sessions rest on, as plain data: where it changes, they are worth nothing any more. Without the contents of
 * CRLs and of the registry: those are looked at in a resumed session as in any other.
 */
export function describeTrust(
  host: HostDescription,
  domain: DomainConfiguration,
  tlsProfile: TlsProfile,
): object {
  const { caSigned, selfSigned } = domain.clientCertificates
  return {
    role: host.role,
    customDomain: domain.customDomain,
    tls: describeHostServer(host, domain, tlsProfile, null),
    selfSigned,
    ...describeVerifierLists(domain.clientCertificates),
    caSigned: caSigned && {
      requireRegistration: caSigned.requireRegistration,
      dangerouslyTrustOwnEngineAlone: caSigned.dangerouslyTrustOwnEngineAlone,
      revocation: { ...caSigned.revocation, crls: null },
    },
  }
}
