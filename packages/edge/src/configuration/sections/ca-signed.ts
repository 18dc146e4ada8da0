import type { Certificate } from '@mtls-edge/path-validation'
import type { ReadContext } from '../context.js'
import { readCertificateFile } from '../files/certificates.js'
import { readRevocationLists } from '../files/revocation-lists.js'
import type { Place } from '../place.js'
import type { RawCaSigned, RawRevocation } from '../schema.js'
import type { CaSignedConfiguration, RevocationConfiguration, RevocationList } from '../types.js'
import { readDuration } from '../values/duration.js'
import { readFetching } from './fetching.js'

/** Reads what is asked of certificates that a CA signed. */
export function readCaSigned(
  raw: RawCaSigned,
  place: Place,
  context: ReadContext,
): CaSignedConfiguration | null {
  const trustAnchors = readAll(raw.trustAnchorFiles, place.at('trustAnchorFiles'), context)
  const intermediates = readAll(raw.intermediateFiles, place.at('intermediateFiles'), context)
  const requireRegistration = raw.requireRegistration ?? false
  if (requireRegistration && !context.hasRegistry) {
    place
      .at('requireRegistration')
      .error(
        'wants a registry, and there is none',
        'add `registry: sqlite:registry.db`, or write false',
      )
  }
  const dangerouslyTrustOwnEngineAlone = raw.dangerouslyTrustOwnEngineAlone ?? false
  if (dangerouslyTrustOwnEngineAlone) {
    place
      .at('dangerouslyTrustOwnEngineAlone')
      .warning(
        'is true: a fault in one implementation is then enough for a forged certificate to pass',
        'write false, unless a bridge or cross-signed CA needs it: the log then says handshake_verdict_differs',
      )
  }
  const revocation =
    raw.revocation === undefined
      ? null
      : readRevocation(raw.revocation, place.at('revocation'), context)
  if (revocation === null || trustAnchors.length === 0) return null
  if (revocation.mode === 'require' && revocation.fetch.length === 0) {
    warnOfSilentIssuers(
      [...trustAnchors, ...intermediates],
      revocation.crls,
      place.at('revocation', 'crlFiles'),
    )
  }
  return {
    trustAnchors,
    intermediates,
    requireRegistration,
    dangerouslyTrustOwnEngineAlone,
    revocation,
  }
}

/** Reads the certificates of all files, each certificate once. */
function readAll(
  raw: readonly (string | undefined)[] | undefined,
  place: Place,
  context: ReadContext,
): readonly Certificate[] {
  const found = new Map<string, Certificate>()
  for (const [index, path] of (raw ?? []).entries()) {
    if (path === undefined) continue
    const file = place.at(index)
    for (const certificate of readCertificateFile(path, file, context.files) ?? []) {
      warnOfAuthority(certificate, file, context.now)
      found.set(certificate.thumbprint, certificate)
    }
  }
  return [...found.values()]
}

/** Neither stops the edge: other certificates of the file may be the ones in use. */
function warnOfAuthority(certificate: Certificate, place: Place, now: Date): void {
  const { subject, notAfter, extensions } = certificate
  if (now > notAfter) {
    place.warning(
      `holds ${subject.text}, which expired on ${notAfter.toISOString()}: what it issued is refused`,
      'replace it by its successor',
    )
  }
  if (extensions.basicConstraints?.ca !== true && certificate.version === 3) {
    place.warning(
      `holds ${subject.text}, which is not a CA certificate`,
      "name the issuer's certificate; one client is let in by `allow.thumbprints`",
    )
  }
}

/** The status of every certificate of a path has to be known, the intermediates' too: one CRL that is forgotten refuses all. */
function warnOfSilentIssuers(
  authorities: readonly Certificate[],
  crls: readonly RevocationList[],
  place: Place,
): void {
  // An indirect CRL may speak for any of them.
  if (crls.length === 0 || crls.some(({ crl }) => crl.scope?.isIndirect === true)) return
  const issuers = new Set(crls.map(({ crl }) => crl.issuer.normalized))
  const silent = authorities.filter(({ subject }) => !issuers.has(subject.normalized))
  for (const { subject } of silent) {
    place.warning(
      `names no CRL of ${subject.text}: what that authority issued is refused as revocation_unknown`,
      'name its CRL in crlFiles too',
    )
  }
}

function readRevocation(
  raw: RawRevocation,
  place: Place,
  context: ReadContext,
): RevocationConfiguration | null {
  const { fetch, fetchAllowHosts } = readFetching(raw, place)
  const crls = (raw.crlFiles ?? []).flatMap((path, index) =>
    path === undefined
      ? []
      : readRevocationLists(path, place.at('crlFiles', index), context.files, context.now),
  )
  const staleGrace = readDuration(raw.staleGrace, 0, place.at('staleGrace'))
  if (raw.mode === undefined || staleGrace === null) return null
  const hasNoSource = crls.length === 0 && fetch.length === 0 && !place.isSpoilt
  warnOfMode(raw.mode, hasNoSource, place.at('mode'))
  return { mode: raw.mode, crls, fetch, fetchAllowHosts, staleGrace }
}

function warnOfMode(
  mode: RevocationConfiguration['mode'],
  hasNoSource: boolean,
  place: Place,
): void {
  if (mode === 'off') {
    place.warning(
      'is off: a revoked certificate is accepted until it expires',
      'write `mode: require` and name CRLs in crlFiles',
    )
  } else if (hasNoSource && mode === 'require') {
    place.warning(
      'is require, and nothing says who is revoked: every CA-signed certificate is refused as revocation_unknown',
      'name CRLs in crlFiles, or have them fetched by `fetch: [crl]`',
    )
  } else if (hasNoSource) {
    place.warning(
      'is prefer, and nothing says who is revoked: a revoked certificate is accepted until it expires',
      'name CRLs in crlFiles, or have them fetched by `fetch: [crl]`',
    )
  }
}
