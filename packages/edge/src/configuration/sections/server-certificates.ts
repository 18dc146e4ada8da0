import { readCertificate } from '@mtls-edge/path-validation'
import type { ReadContext } from '../context.js'
import { type ReadServerCertificate, readServerCertificate } from '../files/server-certificate.js'
import type { Place } from '../place.js'
import type { RawDomain } from '../schema.js'
import type { ServerCertificate, TlsProfile } from '../types.js'

/** RFC 5280 section 4.2.1.12: serverAuth, and anyExtendedKeyUsage. */
const FOR_SERVERS = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0']

/** Reads the server's certificates and warns of those that clients would refuse. A profile that none of them fits is an error. */
export function readServerCertificates(
  raw: RawDomain['serverCertificates'],
  hosts: readonly string[],
  tlsProfile: TlsProfile,
  place: Place,
  context: ReadContext,
): readonly ServerCertificate[] {
  const certificates: ReadServerCertificate[] = []
  const kinds = new Set<string>()
  for (const [index, item] of (raw ?? []).entries()) {
    if (item === undefined) continue
    const here = place.at(index)
    const certificate = readServerCertificate(item, here, context.files)
    if (certificate === null) continue
    warnOfDates(certificate, here.at('certificateFile'), context.now)
    warnOfNames(certificate, hosts, here.at('certificateFile'))
    warnOfPurpose(certificate, here.at('certificateFile'))
    warnOfIssuer(certificate, here.at('certificateFile'))
    const kind = kindOf(certificate)
    if (kinds.has(kind)) {
      here
        .at('certificateFile')
        .warning(
          `is a second certificate with a key of the kind ${kind}: one of a kind is served`,
          'keep one certificate for each kind of key',
        )
    }
    kinds.add(kind)
    certificates.push(certificate)
  }
  if (tlsProfile === 'fapi1-advanced' && certificates.length > 0 && !kinds.has('rsa')) {
    place.error(
      'has no RSA certificate, and fapi1-advanced allows TLS 1.2 with RSA certificates alone',
      'add a certificate with an RSA key, or write `tlsProfile: fapi2`',
    )
  }
  return certificates.map(({ certificate, key }) => ({ certificate, key }))
}

const kindOf = ({ leaf }: ReadServerCertificate): string =>
  leaf.publicKey.asymmetricKeyType ?? 'unknown'

function warnOfDates({ leaf }: ReadServerCertificate, place: Place, now: Date): void {
  if (now > leaf.validToDate) {
    place.warning(
      `names a certificate that expired on ${leaf.validToDate.toISOString()}: clients refuse it`,
      'renew it',
    )
  } else if (now < leaf.validFromDate) {
    place.warning(
      `names a certificate that is not valid before ${leaf.validFromDate.toISOString()}: clients refuse it`,
      "check this machine's clock, or use the certificate later",
    )
  }
}

function warnOfNames(
  { leaf }: ReadServerCertificate,
  hosts: readonly string[],
  place: Place,
): void {
  const missing = [...new Set(hosts)].filter(
    (host) => leaf.checkHost(host, { subject: 'never' }) === undefined,
  )
  if (missing.length === 0) return
  place.warning(
    `names a certificate that does not cover ${missing.join(' and ')}: clients refuse it there`,
    'have it issued for all names of the domain (as subject alternative names)',
  )
}

function warnOfPurpose({ leaf }: ReadServerCertificate, place: Place): void {
  // Node's word for the extended key usage; absent where the certificate has none.
  const purposes: readonly string[] | undefined = leaf.keyUsage
  if (purposes !== undefined && !purposes.some((purpose) => FOR_SERVERS.includes(purpose))) {
    place.warning(
      'names a certificate that is not for servers: its extended key usage lacks serverAuth',
      'have it issued for servers',
    )
  }
}

/** Warns where clients that do not know the issuer get no path from it, be it that it is missing or that another stands in its place. */
function warnOfIssuer({ leaf, issuers }: ReadServerCertificate, place: Place): void {
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
