import { readCertificate } from '@mtls-edge/path-validation'
import type { ReadServerCertificate } from '../files/server-certificate.js'
import type { Place } from '../place.js'

/** RFC 5280 section 4.2.1.12: serverAuth, and anyExtendedKeyUsage. */
const FOR_SERVERS = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0']

/** Warns of a certificate that clients refuse although its dates and names are right: it is not for servers, or its issuer is missing. */
export function warnOfServerUse({ leaf, issuers }: ReadServerCertificate, place: Place): void {
  // Node's word for the extended key usage; absent where the certificate has none.
  const purposes: readonly string[] | undefined = leaf.keyUsage
  if (purposes !== undefined && !purposes.some((purpose) => FOR_SERVERS.includes(purpose))) {
    place.warning(
      'names a certificate that is not for servers: its extended key usage lacks serverAuth',
      'have it issued for servers',
    )
  }
  if (leaf.checkIssued(leaf) || issuers.some((issuer) => leaf.checkIssued(issuer))) return
  const issuer = readCertificate(leaf.raw, { allowOddSerialNumbers: true }).issuer.text
  if (issuers.length > 0) {
    place.warning(
      `names a certificate that is not followed by its issuer ${issuer}: clients that do not know that issuer refuse it`,
      "put that issuer's certificate behind it, in place of what stands there",
    )
  } else if (leaf.infoAccess?.includes('CA Issuers - URI:') === true) {
    // A root's own certificates say nothing of where the root can be had; what an intermediate issued does.
    place.warning(
      `names a certificate that stands alone, without its issuer ${issuer}: clients that do not know that issuer refuse it`,
      'append the intermediates to the file, as the CA hands them out; if that issuer is itself a root that clients trust, nothing is missing',
    )
  }
}
