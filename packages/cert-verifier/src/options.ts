import type { RegistryView } from '@mtls-edge/cert-registry'
import type { Certificate, Crl } from '@mtls-edge/path-validation'
import type { CaSignedPolicy, CertificatePolicy } from './decision/policy.js'
import { InvalidOptionError } from './errors.js'
import { type ListOptions, resolveLists } from './list-options.js'
import type { VerifierObserver } from './observer.js'
import { isOneOf, readBoolean, readCertificates, refuseUnknown } from './read-options.js'
import type { FetchKind } from './revocation/addresses.js'
import type { FetchLimits } from './revocation/limits.js'
import { resolveFetching, resolveRevocation } from './revocation-options.js'
import type { ChainMemory } from './source/chain-memory.js'

export type { ListOptions } from './list-options.js'

export interface CertVerifierOptions {
  /** The custom domain, under which the registry keeps its entries. */
  readonly domain: string
  /**
   * `required`: a request without a certificate is refused. `optional`: it passes with
   * `{ kind: 'none' }`. A certificate that is refused is refused in both. Default: `required`.
   */
  readonly certificate?: 'required' | 'optional'
  /** What is asked of CA-signed certificates. Default: they are refused. */
  readonly caSigned?: CaSignedOptions | null
  /**
   * `reject`, `registered` (wants an `active` entry of the registry), or `forward` (Auth0 compares the
   * thumbprint; nothing else does). Default: `reject`.
   */
  readonly selfSigned?: CertificatePolicy['selfSigned']
  /** Who may come. Default: everybody whose certificate is verified. */
  readonly allow?: ListOptions
  /** Who may never come, of either kind; it wins. Default: nobody. */
  readonly deny?: DenyListOptions
  /** Default: none; then `registered` and `requireRegistration` are refused here. */
  readonly registry?: RegistryView | null
  /**
   * What the server's clients brought in full handshakes, where it lets them resume TLS sessions. A resumed session then gets the
   * verdict of a full handshake, and one that can't be judged is refused. Default: none; then turn resumption off at the
   * server, since of a resumed session no chain is known, and OpenSSL's verdict is of then.
   */
  readonly chainMemory?: ChainMemory | null
  /** Is told where verdicts come from and what is fetched. Default: nobody. */
  readonly observer?: VerifierObserver | null
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number
}

/** What a verdict rests on, and what can be replaced while connections are open. */
export type PolicyOptions = Omit<
  CertVerifierOptions,
  'certificate' | 'chainMemory' | 'observer' | 'clock'
>

export interface CaSignedOptions {
  /** PEM texts, each with one certificate at the least, or certificates as read. */
  readonly trustAnchors: readonly (string | Certificate)[]
  /** The same, for CA certificates that clients leave out. Default: none. */
  readonly intermediates?: readonly (string | Certificate)[]
  /** Default: false. */
  readonly requireRegistration?: boolean
  /**
   * Accept what this package's own path validation accepts, also where OpenSSL did not verify the chain in the handshake:
   * it does not backtrack, so a bridge or cross-signed CA can make it fail on a path that is there. The price: a fault in one
   * implementation is then enough for a forged certificate to pass, where two had to have it. Default: false.
   */
  readonly dangerouslyTrustOwnEngineAlone?: boolean
  /** Must be written: `{ mode: 'off' }` is a choice. */
  readonly revocation: RevocationOptions
}

export interface RevocationOptions {
  /**
   * What an unknown status means: `require` refuses, `prefer` lets pass, `off` does not look. What is known to be revoked
   * is refused by the first two.
   */
  readonly mode: 'require' | 'prefer' | 'off'
  /** CRLs, as DER or as read: full and delta ones, of any issuer of a path. Default: none. */
  readonly crls?: readonly (Uint8Array | Crl)[]
  /** How long after its nextUpdate a CRL still counts, in milliseconds. Default: 0. */
  readonly staleGrace?: number
  /**
   * What to fetch from the addresses in the certificates of a path that is verified otherwise, in this order, where `crls`
   * leave a status unknown. Default: nothing.
   */
  readonly fetch?: readonly FetchKind[]
  /** Hosts that may resolve to loopback, private and other addresses that are not public. Default: none. */
  readonly fetchAllowHosts?: readonly string[]
  /** What fetching may cost. Default: 5 s and 50 MB for each, and more of {@link DEFAULT_FETCH_LIMITS}. */
  readonly fetchLimits?: Partial<FetchLimits>
}

export interface DenyListOptions extends ListOptions {
  /** `issuer` as RFC 4514 text, `serial` in hexadecimal with or without colons. */
  readonly serials?: readonly { readonly issuer: string; readonly serial: string }[]
}

const OPTION_NAMES = [
  'domain',
  'certificate',
  'caSigned',
  'selfSigned',
  'allow',
  'deny',
  'registry',
  'chainMemory',
  'observer',
  'clock',
] satisfies (keyof CertVerifierOptions)[]
/** Fastify's own, which `register` hands to every plugin. */
const FASTIFY_NAMES = ['prefix', 'logLevel', 'logSerializers']
const CA_SIGNED_NAMES = [
  'trustAnchors',
  'intermediates',
  'requireRegistration',
  'dangerouslyTrustOwnEngineAlone',
  'revocation',
] satisfies (keyof CaSignedOptions)[]

export interface ResolvedOptions {
  readonly policy: CertificatePolicy
  readonly certificate: 'required' | 'optional'
  readonly chainMemory: ChainMemory | null
  readonly observer: VerifierObserver
  readonly clock: () => number
}

/**
 * Checks the options and computes everything that they decide, once.
 *
 * @throws FST_CERT_VERIFIER_INVALID_OPTION with the option's path and what is accepted
 */
export function resolveOptions(options: CertVerifierOptions): ResolvedOptions {
  refuseUnknown(options, [...OPTION_NAMES, ...FASTIFY_NAMES], '')
  const { domain, certificate = 'required', selfSigned = 'reject', clock = Date.now } = options
  const { chainMemory = null } = options
  const observer = options.observer ?? {}
  const registry = options.registry ?? null
  // The registry knows no certificate of a domain that is written otherwise.
  if (typeof domain !== 'string' || !/^[^\s:/@]+$/.test(domain))
    throw new InvalidOptionError(
      'domain',
      'must be the custom domain, such as auth.example.com, without https:// and port',
    )
  if (!isOneOf(certificate, ['required', 'optional']))
    throw new InvalidOptionError('certificate', 'must be required or optional')
  if (!isOneOf(selfSigned, ['reject', 'registered', 'forward']))
    throw new InvalidOptionError('selfSigned', 'must be reject, registered or forward')
  const caSigned = resolveCaSigned(options.caSigned ?? null)
  if (caSigned === null && selfSigned === 'reject')
    throw new InvalidOptionError(
      'caSigned',
      'must be given, or selfSigned be other than reject: nobody could come',
    )
  if (registry === null && selfSigned === 'registered')
    throw new InvalidOptionError('registry', 'must be given where selfSigned is registered')
  if (registry === null && caSigned?.requireRegistration === true)
    throw new InvalidOptionError(
      'registry',
      'must be given where caSigned.requireRegistration is true',
    )
  const lists = resolveLists(options.allow ?? {}, options.deny ?? {})
  const policy = Object.freeze({ domain, caSigned, selfSigned, ...lists, registry })
  return Object.freeze({ policy, certificate, chainMemory, observer, clock })
}

function resolveCaSigned(options: CaSignedOptions | null): CaSignedPolicy | null {
  if (options === null) return null
  refuseUnknown(options, CA_SIGNED_NAMES, 'caSigned.')
  const trustAnchors = readCertificates(options.trustAnchors, 'caSigned.trustAnchors')
  if (trustAnchors.length === 0)
    throw new InvalidOptionError('caSigned.trustAnchors', 'must hold at least one certificate')
  return Object.freeze({
    trustAnchors,
    intermediates: readCertificates(options.intermediates ?? [], 'caSigned.intermediates'),
    requireRegistration: readBoolean(options.requireRegistration, 'caSigned.requireRegistration'),
    trustsOwnEngineAlone: readBoolean(
      options.dangerouslyTrustOwnEngineAlone,
      'caSigned.dangerouslyTrustOwnEngineAlone',
    ),
    revocation: resolveRevocation(options.revocation),
    fetching: resolveFetching(options.revocation),
  })
}
