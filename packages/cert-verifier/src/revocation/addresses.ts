import type { Certificate, DistributionPoint } from '@mtls-edge/path-validation'

/** What can be fetched: CRLs from distribution points, OCSP answers from responders. */
export type FetchKind = 'crl' | 'ocsp'

const OCSP = '1.3.6.1.5.5.7.48.1'
const FETCHABLE = /^https?:\/\//i

/**
 * The addresses of a certificate's OCSP responders, as they stand there.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6960#section-3.1
 */
export function ocspAddressesOf(certificate: Certificate): readonly string[] {
  const access = certificate.extensions.authorityInformationAccess ?? []
  return access.flatMap(({ method, location }) =>
    method === OCSP && location.type === 'uri' && FETCHABLE.test(location.value)
      ? [location.value]
      : [],
  )
}

/**
 * The addresses of a certificate's CRLs: for each distribution point the places where the same list is to be had. Places of
 * other kinds (ldap, directory names) are left out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.13
 */
export function crlAddressesOf(
  points: readonly DistributionPoint[] | null,
): readonly (readonly string[])[] {
  return (points ?? []).flatMap(({ name }) => {
    if (name?.type !== 'full') return []
    const places = name.names.flatMap((place) =>
      place.type === 'uri' && FETCHABLE.test(place.value) ? [place.value] : [],
    )
    return places.length > 0 ? [places] : []
  })
}

/** Every address that a certificate's status may be fetched from. */
export function addressesOf(
  certificate: Certificate,
  kinds: readonly FetchKind[],
): readonly string[] {
  const { crlDistributionPoints } = certificate.extensions
  return kinds.flatMap((kind) =>
    kind === 'ocsp' ? ocspAddressesOf(certificate) : crlAddressesOf(crlDistributionPoints).flat(),
  )
}
