import type { DecodedPacket } from 'dns-packet'
import type { HostCheck } from '../check.js'
import { askResolvers } from '../dns/ask-resolver.js'
import { pass, unknown, warn } from '../finding.js'

/**
 * Which authorities may issue for the name: CAA records at it, or at the nearest name above that has any. As a resolver
 * tells it, unauthenticated.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8659#section-3
 */
export const showsCaa: HostCheck = {
  scope: 'host',
  id: 'dns-caa',
  title: 'DNS: CAA records',
  async run({ host, resolvers }) {
    for (const name of climb(host.name)) {
      const answer = await askResolvers(resolvers, name, 'CAA')
      if (answer === null) return unknown('no resolver answers')
      const records = listRecords(answer.packet)
      if (records.length > 0) return pass(`${name}: ${records.join(', ')}`)
    }
    return warn('none', 'add a CAA record that names your certificate authority: any may issue now')
  },
}

/** The name, then every name above it, without the root. */
function climb(name: string): readonly string[] {
  const labels = name.split('.')
  return labels.map((_, index) => labels.slice(index).join('.'))
}

function listRecords({ answers }: DecodedPacket): readonly string[] {
  return (answers ?? []).flatMap((answer) =>
    answer.type === 'CAA' ? [`${answer.data.tag} "${answer.data.value}"`] : [],
  )
}
