import { parseThumbprint } from '@mtls-edge/cert-registry'
import { InvalidRequestError } from './errors.js'

/** Reads a thumbprint in any of its spellings. @throws FST_EDGE_ADMIN_INVALID_REQUEST */
export function readThumbprint(text: string): string {
  const thumbprint = parseThumbprint(text)
  if (thumbprint !== null) return thumbprint
  throw new InvalidRequestError('the thumbprint is no SHA-256 in hex or base64url')
}
