import type { Certificate } from '../certificate/certificate.js'
import type { DistributionPoint, DistributionPointName } from '../certificate/extensions.js'
import type { GeneralName, Name } from '../name/name.js'
import type { Crl } from './crl.js'

/**
 * Whether a list speaks of a certificate, as one of the certificate's distribution points has it: whose list it is, where it
 * was to be found, and of which kind of certificate.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.3.3 (b)
 */
export function isInScope(certificate: Certificate, point: DistributionPoint, crl: Crl): boolean {
  const issuer = issuerOf(certificate, point, crl)
  if (issuer === null) return false
  const { scope } = crl
  if (scope === null) return true
  const isCa = certificate.extensions.basicConstraints?.ca === true
  const isOfKind = isCa ? !scope.onlyUserCertificates : !scope.onlyCaCertificates
  if (!isOfKind || scope.onlyAttributeCertificates) return false
  return scope.name === null || isSamePlace(scope.name, crl.issuer, point, issuer)
}

/** (b)(1): the name that the list's issuer must have, where it has it. */
function issuerOf(certificate: Certificate, point: DistributionPoint, crl: Crl): Name | null {
  if (point.crlIssuer === null) {
    return certificate.issuer.normalized === crl.issuer.normalized ? certificate.issuer : null
  }
  if (crl.scope?.isIndirect !== true) return null
  const named = point.crlIssuer.some((name) => keyOf(name) === `directory:${crl.issuer.normalized}`)
  return named ? crl.issuer : null
}

/** (b)(2)(i): the list's place is one of the distribution point's, or its issuer where that has no place. */
function isSamePlace(
  listed: DistributionPointName,
  crlIssuer: Name,
  point: DistributionPoint,
  issuer: Name,
): boolean {
  const wanted =
    point.name === null ? (point.crlIssuer ?? []).map(keyOf) : keysOf(point.name, issuer)
  return keysOf(listed, crlIssuer).some((key) => wanted.includes(key))
}

/** A relative name stands under the CRL issuer's. */
function keysOf(place: DistributionPointName, issuer: Name): readonly string[] {
  if (place.type === 'full') return place.names.map(keyOf)
  return [`directory:${[...issuer.relativeNames, place.relativeName].join(',')}`]
}

function keyOf(name: GeneralName): string {
  return name.type === 'directory'
    ? `directory:${name.name.normalized}`
    : `${name.type}:${name.value}`
}
