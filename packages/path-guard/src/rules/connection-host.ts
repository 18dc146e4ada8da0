/** @see https://www.rfc-editor.org/rfc/rfc9110#section-7.4 and section 15.5.20 */
import { type Refusal, refuse } from '../refusal.js'

const unknownHost = refuse('misdirected_request', 'Host is none of the hosts served here')
const otherHost = refuse('misdirected_request', 'Host is not the server name of the TLS connection')
const unnamed = refuse(
  'misdirected_request',
  'the TLS connection named no host, and there are several',
)

/**
 * Checks that the host is one of ours and the one that the TLS connection was made to: client
 * certificates and trust anchors are chosen by the server name, so a request for another host would
 * be judged by the wrong ones.
 *
 * A connection that named no host passes only where there is one host to have meant: on a resumed
 * TLS 1.2 session Node reports no name even where the client sent one, and with several hosts the
 * session could be another's (CVE-2025-23419).
 *
 * @param name the request's host, as `readHostName` gives it
 * @param hosts the names served here, in lower case
 * @param serverName the connection's SNI; null when there is none; undefined when the connection is
 * not encrypted, and then nothing is compared
 */
export function checkConnectionHost(
  name: string,
  hosts: ReadonlySet<string>,
  serverName: string | null | undefined,
): Refusal | null {
  if (!hosts.has(name)) return unknownHost
  if (serverName === undefined || serverName === name) return null
  if (serverName === null) return hosts.size === 1 ? null : unnamed
  return serverName.toLowerCase() === name ? null : otherHost
}
