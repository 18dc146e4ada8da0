import type { Auth0ForwarderOptions } from '@mtls-edge/auth0-forwarder'
import type { RegistryView } from '@mtls-edge/cert-registry'
import type { PolicyOptions } from '@mtls-edge/cert-verifier'
import type { PathGuardOptions } from '@mtls-edge/path-guard'
import { type Certificate, writePemCertificate } from '@mtls-edge/path-validation'
import type { DomainConfiguration, TlsProfile } from '../configuration/types.js'
import type { HostServerOptions, SessionSecrets } from '../front/index.js'
import { clientAddress } from './client-address.js'
import type { HostDescription } from './host-role.js'
import { describeVerifierLists } from './verifier-lists.js'

/** The method of a browser's question whether it may make a request of another origin. */
const PREFLIGHT = 'OPTIONS'

/**
 * The TLS server of a host.
 *
 * @param sessions `null`: nothing resumes
 */
export function describeHostServer(
  host: HostDescription,
  domain: DomainConfiguration,
  tlsProfile: TlsProfile,
  sessions: SessionSecrets | null,
): HostServerOptions {
  const { caSigned } = domain.clientCertificates
  const isAsked = host.role !== 'public'
  return {
    serverName: host.name,
    serverCertificates: domain.serverCertificates.map(({ certificate, key }) => ({
      certificate,
      key: key.reveal(),
    })),
    tlsProfile,
    clientCertificate: isAsked ? 'request' : 'none',
    http2: domain.http2,
    trustAnchors: isAsked ? (caSigned?.trustAnchors ?? []).map(toPem) : [],
    intermediates: isAsked ? (caSigned?.intermediates ?? []).map(toPem) : [],
    sessions,
  }
}

/**
 * The alias lets the endpoints through and nothing else; on the custom domain any path is Auth0's to answer. Where one
 * host is both, a browser may ask before it posts to an endpoint (CORS), which is public traffic like any other.
 */
export function describeGuard(
  host: HostDescription,
  domain: DomainConfiguration,
): PathGuardOptions {
  const hosts = [host.name]
  if (host.role === 'public') return { hosts, endpoints: 'any' }
  if (host.role === 'alias')
    return { hosts, endpoints: domain.endpoints.map((endpoint) => ({ ...endpoint })) }
  const endpoints = domain.endpoints.map(({ path, methods }) => ({
    path,
    methods: [...new Set([...methods, PREFLIGHT])],
  }))
  return { hosts, endpoints, otherPaths: 'pass' }
}

/** The verdict on certificates. */
export function describeVerifier(
  domain: DomainConfiguration,
  registry: RegistryView | null,
): PolicyOptions {
  const { caSigned, selfSigned } = domain.clientCertificates
  return {
    domain: domain.customDomain,
    caSigned:
      caSigned === null
        ? null
        : {
            trustAnchors: caSigned.trustAnchors,
            intermediates: caSigned.intermediates,
            requireRegistration: caSigned.requireRegistration,
            dangerouslyTrustOwnEngineAlone: caSigned.dangerouslyTrustOwnEngineAlone,
            revocation: {
              mode: caSigned.revocation.mode,
              crls: caSigned.revocation.crls.map(({ crl }) => crl),
              staleGrace: caSigned.revocation.staleGrace,
              fetch: caSigned.revocation.fetch,
              fetchAllowHosts: caSigned.revocation.fetchAllowHosts,
            },
          },
    selfSigned,
    ...describeVerifierLists(domain.clientCertificates),
    registry,
  }
}

/**
 * The way to Auth0. Each host has its own, and so its own connections.
 *
 * @param readApiKey asked for each request, so that the key can be replaced
 */
export function describeForwarder(
  domain: DomainConfiguration,
  readApiKey: () => string,
): Auth0ForwarderOptions {
  const { forwardingTarget, clientIpHeader, ca } = domain.auth0
  return {
    forwardingTarget,
    cnameApiKey: readApiKey,
    clientIp: clientAddress,
    ...(clientIpHeader === null ? {} : { clientIpHeader }),
    ...(ca === null ? {} : { ca }),
  }
}

const toPem = ({ der }: Certificate): string => writePemCertificate(der)
