import type { HostCheck } from '../check.js'
import { fail, pass, unknown, warn } from '../finding.js'
import { askHarmlessly } from '../https-request.js'

/** In seconds: a year. */
const A_YEAR = 31_536_000

/** Browsers are told to come over TLS alone. @see https://www.rfc-editor.org/rfc/rfc6797 */
export const sendsStrictTransport: HostCheck = {
  scope: 'host',
  id: 'hsts',
  title: 'Strict-Transport-Security sent',
  roles: ['public', 'shared'],
  async run({ address, host }) {
    try {
      const { headers } = await askHarmlessly(address, host.name)
      const value = headers['strict-transport-security']
      if (typeof value !== 'string')
        return fail('no such header', 'something after the edge takes it away: let it pass')
      const maxAge = Number(/(?:^|;)\s*max-age\s*=\s*"?(\d+)/i.exec(value)?.[1] ?? 0)
      if (maxAge === 0) return fail(value, 'max-age must be more than 0')
      return maxAge < A_YEAR ? warn(value, 'raise max-age to a year') : pass(value)
    } catch (error) {
      return unknown(error instanceof Error ? error.message : 'no answer')
    }
  },
}
