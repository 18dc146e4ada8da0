import type { HostCheck } from '../check.js'
import { type Finding, fail, pass, unknown, warn, worstOf } from '../finding.js'
import type { ServedCertificate } from '../served-certificates.js'
import type { HostSubject } from '../subject.js'

const DAY = 86_400_000
/** Public certificates live 47 to 398 days; whoever renews by hand needs a month. */
const WARNING_DAYS = 30

/** What is served on a host names that host; both names of a domain are looked at, each on its own host. */
export const namesItsHost: HostCheck = {
  scope: 'host',
  id: 'server-certificate-name',
  title: 'server certificate matches the name',
  run: (subject) =>
    inspect(subject, ({ leaf }) => {
      if (leaf.checkHost(subject.host.name) !== undefined) return pass(subject.host.name)
      const names = leaf.subjectAltName ?? 'no names at all'
      return fail(`it names ${names}`, `get a certificate that covers ${subject.host.name}`)
    }),
}

/** Clients can build a path from it to a root that they know. */
export const hasWholeChain: HostCheck = {
  scope: 'host',
  id: 'server-certificate-chain',
  title: 'server certificate verified by its chain',
  run: (subject) =>
    inspect(subject, ({ chainFault, length }) => {
      const certificates = `${length} certificate${length === 1 ? '' : 's'}`
      // Node counts the root too, which is known here and need not be sent.
      if (chainFault === null) return pass(`verified, a path of ${certificates} with its root`)
      const seen = `${certificates} sent: ${chainFault}`
      if (UNKNOWN_ROOT.has(chainFault) && subject.roots === null) {
        return warn(
          seen,
          'append the intermediates to certificateFile; for a private CA, name its root with --ca',
        )
      }
      // Dates are the next check's.
      if (chainFault === 'CERT_HAS_EXPIRED' || chainFault === 'CERT_NOT_YET_VALID')
        return unknown(seen)
      return fail(seen, 'put the whole chain into certificateFile, the leaf first')
    }),
}

/** It is in date, and will be for a month. */
export const isInDate: HostCheck = {
  scope: 'host',
  id: 'server-certificate-days',
  title: 'server certificate in date',
  run: (subject) =>
    inspect(subject, ({ leaf }) => {
      const at = subject.at.getTime()
      const until = new Date(leaf.validTo)
      const days = Math.floor((until.getTime() - at) / DAY)
      const seen = `until ${until.toISOString().slice(0, 10)}, ${days} day${days === 1 ? '' : 's'}`
      if (until.getTime() < at) return fail(`expired on ${until.toISOString()}`, 'renew it now')
      if (new Date(leaf.validFrom).getTime() > at)
        return fail(
          `not valid before ${leaf.validFrom}`,
          'serve one that is valid, or set the clock',
        )
      return days < WARNING_DAYS ? warn(seen, 'renew it') : pass(seen)
    }),
}

/** OpenSSL's codes for a path that ends before a known root. */
const UNKNOWN_ROOT = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
])

type Served = ServedCertificate & { readonly leaf: NonNullable<ServedCertificate['leaf']> }

/** The worst of what is said of each certificate that the host serves, with its kind of key where there are two. */
async function inspect(subject: HostSubject, judge: (served: Served) => Finding): Promise<Finding> {
  const served = await subject.served()
  const findings = served.map((one) => {
    const finding =
      one.leaf === null
        ? unknown(`no handshake: ${one.failure}`)
        : judge({ ...one, leaf: one.leaf })
    return served.length === 1 ? finding : { ...finding, seen: `${one.key}: ${finding.seen}` }
  })
  const [first, ...others] = findings
  return first === undefined ? unknown('nothing is served') : worstOf([first, ...others])
}
