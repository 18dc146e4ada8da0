import type { HostCheck } from '../check.js'
import { askResolvers } from '../dns/ask-resolver.js'
import { pass, unknown, warn } from '../finding.js'

/**
 * Whether the name's addresses are signed: the resolver says that it verified them (AD), or sends signatures (RRSIG). As
 * a resolver tells it, unauthenticated: nothing is verified here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4035#section-3.2.3
 */
export const showsDnssec: HostCheck = {
  scope: 'host',
  id: 'dns-dnssec',
  title: 'DNS: DNSSEC',
  async run({ host, resolvers }) {
    const answer = await askResolvers(resolvers, host.name, 'A')
    if (answer === null) return unknown('no resolver answers')
    const { packet, hasName } = answer
    if (!hasName) return unknown('the resolver does not know the name')
    if (packet.flag_ad) return pass('the resolver verified it (AD)')
    const isSigned = packet.answers?.some(({ type }) => type === 'RRSIG') === true
    if (isSigned) return pass('signed (RRSIG); the resolver does not say that it verified it')
    return warn(
      'not signed, as far as the resolver shows',
      'have the zone signed by its DNS provider',
    )
  },
}
