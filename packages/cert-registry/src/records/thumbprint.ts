import { InvalidInputError } from '../errors.js'

const HEX = /^[0-9a-f]{64}$/i

/**
 * Turns a thumbprint into its 32 bytes.
 *
 * @throws FST_CERT_REGISTRY_INVALID_INPUT
 */
export function thumbprintBytes(thumbprint: string): Uint8Array {
  if (!HEX.test(thumbprint)) {
    throw new InvalidInputError('a thumbprint is 64 hex digits')
  }
  return Buffer.from(thumbprint, 'hex')
}
