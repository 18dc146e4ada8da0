import type { RevocationInput } from '@mtls-edge/path-validation'
import type { FetchingPolicy } from './decision/policy.js'
import { InvalidOptionError } from './errors.js'
import type { RevocationOptions } from './options.js'
import { isOneOf, readCrls, refuseUnknown } from './read-options.js'
import { DEFAULT_FETCH_LIMITS } from './revocation/limits.js'

const PATH = 'caSigned.revocation'
const NAMES = [
  'mode',
  'crls',
  'staleGrace',
  'fetch',
  'fetchAllowHosts',
  'fetchLimits',
] satisfies (keyof RevocationOptions)[]

/**
 * Checks what is known of revocation and what an unknown status means.
 *
 * @throws FST_CERT_VERIFIER_INVALID_OPTION
 */
export function resolveRevocation(options: RevocationOptions | undefined): RevocationInput {
  refuseUnknown(options ?? {}, NAMES, `${PATH}.`)
  const { mode, crls = [], staleGrace = 0 } = options ?? {}
  if (!isOneOf(mode, ['require', 'prefer', 'off']))
    throw new InvalidOptionError(`${PATH}.mode`, 'must be require, prefer or off')
  if (!Number.isSafeInteger(staleGrace) || staleGrace < 0)
    throw new InvalidOptionError(`${PATH}.staleGrace`, 'must be milliseconds, 0 or more')
  return Object.freeze({ mode, crls: readCrls(crls, `${PATH}.crls`), staleGrace })
}

/**
 * Checks what is to be fetched; `null` where that is nothing, also where nobody looks at revocation.
 *
 * @throws FST_CERT_VERIFIER_INVALID_OPTION
 */
export function resolveFetching(options: RevocationOptions | undefined): FetchingPolicy | null {
  const { fetch = [], fetchAllowHosts = [], fetchLimits = {}, mode } = options ?? {}
  if (!Array.isArray(fetch) || !fetch.every((kind) => isOneOf(kind, ['crl', 'ocsp'])))
    throw new InvalidOptionError(`${PATH}.fetch`, 'must be a list of crl and ocsp')
  if (!Array.isArray(fetchAllowHosts) || !fetchAllowHosts.every(isHost))
    throw new InvalidOptionError(
      `${PATH}.fetchAllowHosts`,
      'must be a list of host names or IP addresses, without scheme and port',
    )
  for (const [name, value] of Object.entries(fetchLimits)) {
    const isKnown = Object.hasOwn(DEFAULT_FETCH_LIMITS, name)
    if (!isKnown || !Number.isSafeInteger(value) || Number(value) <= 0)
      throw new InvalidOptionError(`${PATH}.fetchLimits.${name}`, 'must be a whole number above 0')
  }
  if (fetch.length === 0 || mode === 'off') return null
  const kinds = Object.freeze([...new Set(fetch)])
  return Object.freeze({ fetch: kinds, allowHosts: fetchAllowHosts, limits: fetchLimits })
}

/** A URL, or a host with a port, would never match anything. */
function isHost(text: unknown): boolean {
  return (
    typeof text === 'string' && /^[A-Za-z0-9._-]+$|^[0-9A-Fa-f:.[\]]*:[0-9A-Fa-f:.[\]]*$/.test(text)
  )
}
