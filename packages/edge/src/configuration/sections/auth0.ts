import { X509Certificate } from 'node:crypto'
import type { ReadContext } from '../context.js'
import { readCertificateFile } from '../files/certificates.js'
import { readSecret } from '../files/secret-value.js'
import type { Place } from '../place.js'
import type { RawAuth0 } from '../schema.js'
import type { Secret } from '../secret.js'
import type { Auth0Configuration } from '../types.js'
import { readForwardingTarget } from '../values/forwarding-target.js'

/** What a header's value can carry unchanged, and no key of Auth0's goes beyond. */
const HEADER_TOKEN = /^[\x21-\x7e]+$/

/** Reads how Auth0 is reached. */
export function readAuth0(
  raw: RawAuth0,
  place: Place,
  context: ReadContext,
): Auth0Configuration | null {
  const forwardingTarget =
    raw.forwardingTarget === undefined
      ? null
      : readForwardingTarget(raw.forwardingTarget, place.at('forwardingTarget'))
  const cnameApiKey = readCnameApiKey(raw, place, context)
  const ca = raw.caFile === undefined ? null : readRoots(raw.caFile, place.at('caFile'), context)
  if (forwardingTarget === null || cnameApiKey === null) return null
  return { forwardingTarget, cnameApiKey, clientIpHeader: raw.clientIpHeader ?? null, ca }
}

function readCnameApiKey(raw: RawAuth0, place: Place, context: ReadContext): Secret | null {
  const key = readSecret({ ...raw }, 'cnameApiKey', place, context.files)
  if (key === null || HEADER_TOKEN.test(key.reveal())) return key
  return place
    .at(raw.cnameApiKey === undefined ? 'cnameApiKeyFile' : 'cnameApiKey')
    .error(
      'has a key with a space, a line end or another character that no header can carry',
      "copy the custom domain's API key again, and nothing around it",
    )
}

function readRoots(path: string, place: Place, context: ReadContext): string | null {
  const certificates = readCertificateFile(path, place, context.files)
  if (certificates === null) return null
  return certificates.map(({ der }) => new X509Certificate(der).toString()).join('')
}
