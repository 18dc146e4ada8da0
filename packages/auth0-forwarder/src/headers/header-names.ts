/**
 * Which of a client's header names may reach the forwarding target: a pure function of the name.
 *
 * Servers fold names before they look at them: CGI and WSGI (RFC 3875 section 4.1.18) make `-` and `_` the same, IIS
 * and some frameworks do so for `.` too, and a name with `HTTP-` in front can meet the variable of the one without it.
 * So a name is judged by what is left of it once case and every separator are gone.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */

/** What becomes of a client's header. All but `pass` keep it from the target. */
export type NameVerdict =
  | 'pass'
  | 'ours'
  | 'certificate'
  | 'forwarding'
  | 'hop-by-hop'
  | 'framing'
  | 'request-id'
  | 'unspellable'

/**
 * Letters, digits and hyphens only. RFC 9110 allows more in a token, no header of OAuth or of Auth0 uses it, and every
 * other character is a separator to some server. nginx drops such names by default as well (`ignore_invalid_headers`).
 */
const plainName = /^[a-z0-9-]+$/

/** Ours. `clientcert` also stands for RFC 9440's `Client-Cert`, `X-Client-Cert`, `X-ARR-ClientCert` and their kin. */
const oursAnywhere = ['clientcert', 'cnameapikey']

/** Other edges' certificate headers, which a server behind might believe: nginx, Apache, AWS, Traefik, Envoy. */
const certificateStarts = [
  'ssl',
  'xssl',
  'xamznmtls',
  'xmtls',
  'xtls',
  'xclientdn',
  'xclientverify',
]

/** Address and route as other proxies tell them. `auth0-forwarded-for` starts otherwise and passes. */
const forwardingStarts = [
  'forwarded',
  'xforwarded',
  'xproxyuser',
  'xoriginal',
  'xrewrite',
  'xhttpmethod',
  'xmethodoverride',
  'xhost',
]
const forwardingAnywhere = [
  'clientip',
  'connectingip',
  'realip',
  'remoteip',
  'remoteaddr',
  'socketip',
  'originatingip',
  'externaladdress',
]

/** RFC 9110 section 7.6.1; `proxy-*` by the prefix, since none of them is meant for an origin server. */
const hopByHop = new Set([
  'connection',
  'keepalive',
  'te',
  'trailer',
  'transferencoding',
  'upgrade',
  'http2settings',
])

/** Set anew for the next hop: its host, the length of its body. Node has answered `Expect` already. */
const framing = new Set(['host', 'contentlength', 'expect', 'via'])

/**
 * Judges a name of a client's header.
 *
 * @param name - as it was spelt, in any case
 */
export function judgeRequestHeaderName(name: string): NameVerdict {
  const lower = name.toLowerCase()
  if (!plainName.test(lower)) return 'unspellable'
  const folded = lower.replaceAll('-', '')
  if (hopByHop.has(folded)) return 'hop-by-hop'
  const bare = folded.replace(/^(?:http)+/, '')
  if (bare === '') return 'unspellable'
  if (oursAnywhere.some((part) => bare.includes(part))) return 'ours'
  if (hopByHop.has(bare) || bare.startsWith('proxy')) return 'hop-by-hop'
  if (framing.has(bare)) return 'framing'
  // An id that a client chose would stand in the logs of both sides as if it were one of the edge's.
  if (bare === 'xrequestid') return 'request-id'
  if (certificateStarts.some((start) => bare.startsWith(start))) return 'certificate'
  // Cloudflare's own (CF-Connecting-IP, CF-IPCountry, CF-Ray, ...): Auth0's edge is Cloudflare and sets them itself.
  if (lower.startsWith('cf-')) return 'forwarding'
  if (forwardingStarts.some((start) => bare.startsWith(start))) return 'forwarding'
  if (forwardingAnywhere.some((part) => bare.includes(part))) return 'forwarding'
  return 'pass'
}

/** Whether a name of the target's response could be read as one of ours, in any spelling. */
export function isOursInAnySpelling(name: string): boolean {
  const folded = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return oursAnywhere.some((part) => folded.includes(part))
}
