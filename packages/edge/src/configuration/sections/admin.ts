import { isIP } from 'node:net'
import type { ReadContext } from '../context.js'
import { readSecret } from '../files/secret-value.js'
import { readServerCertificate } from '../files/server-certificate.js'
import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import type { Secret } from '../secret.js'
import type { Address, AdminConfiguration } from '../types.js'
import { readHostName } from '../values/host-name.js'

type RawAdmin = NonNullable<RawConfiguration['admin']>

/** 128 bits in hex, or 192 in base64: whoever may guess as fast as the listener answers still finds nothing. */
const LEAST_TOKEN_LENGTH = 32
/** What the header of a request can carry (RFC 6750 section 2.1), and then some. */
const TOKEN = /^[\x21-\x7e]+$/
const MAKE_TOKEN = 'make one with `openssl rand -base64 32`'
/** As many different characters as a random token of the least length has at the least. */
const LEAST_VARIETY = 8

/** Reads how the admin listener is reached and by whom; `null` where there is none. */
export function readAdmin(
  raw: RawConfiguration['admin'],
  address: Address,
  place: Place,
  context: ReadContext,
): AdminConfiguration | null {
  if (raw === undefined) return null
  const token = readToken(raw, place, context)
  const certificate =
    raw.tls === undefined ? null : readServerCertificate(raw.tls, place.at('tls'), context.files)
  const hosts = (raw.allowedHosts ?? []).map((host, index) =>
    host === undefined ? null : readAllowedHost(host, place.at('allowedHosts', index)),
  )
  requireProtection(raw, address, place)
  if (token === null || (raw.tls !== undefined && certificate === null)) return null
  return {
    ...address,
    token,
    tls:
      certificate === null ? null : { certificate: certificate.certificate, key: certificate.key },
    allowedHosts: hosts.filter((host) => host !== null),
  }
}

function readToken(raw: RawAdmin, place: Place, context: ReadContext): Secret | null {
  const token = readSecret({ ...raw }, 'token', place, context.files)
  if (token === null) return null
  const here = place.at(raw.token === undefined ? 'tokenFile' : 'token')
  const text = token.reveal()
  if (!TOKEN.test(text)) {
    return here.error(
      'has a token with a space, a line end or another character that no header can carry',
      MAKE_TOKEN,
    )
  }
  if (text.length < LEAST_TOKEN_LENGTH) {
    return here.error(
      `has a token of less than ${LEAST_TOKEN_LENGTH} characters, which can be guessed`,
      MAKE_TOKEN,
    )
  }
  if (new Set(text).size < LEAST_VARIETY) {
    return here.error(
      'has a token of a few characters again and again, which can be guessed',
      MAKE_TOKEN,
    )
  }
  return token
}

/** A name or an address that requests may name in their Host header. */
function readAllowedHost(text: string, place: Place): string | null {
  return isIP(text) === 0 ? readHostName(text, place) : text
}

/** Beyond this machine the token, and everything that the page shows, goes over the network. */
function requireProtection(raw: RawAdmin, { host }: Address, place: Place): void {
  if (isLoopback(host) || raw.tls !== undefined || place.isSpoilt) return
  const here = place.at('host')
  if (raw.dangerouslyAllowPlainHttp === true) {
    here.warning(
      `is ${host}, where others can read the token on its way: there is no TLS`,
      'add `tls: { certificateFile, keyFile }`, or listen on 127.0.0.1',
    )
    return
  }
  here.error(
    `is ${host}, and beyond this machine the admin listener wants TLS`,
    'add `tls: { certificateFile: FILE, keyFile: FILE }`, or listen on 127.0.0.1; where something else encrypts, add `dangerouslyAllowPlainHttp: true`',
  )
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i

/** Whether only this machine reaches an address to listen on. */
const isLoopback = (host: string): boolean => LOOPBACK.test(host)
