import { UpstreamProtocolError } from '../errors.js'

/**
 * The answer is not one by RFC 9112.
 *
 * @param what - says so for the log, without a byte of the answer, which can hold a token
 */
export function malformed(what: string): InstanceType<typeof UpstreamProtocolError> {
  return new UpstreamProtocolError({ cause: new Error(what) })
}

/** The body of a request is not what its head says. Whatever was sent of it is never completed. */
export const malformedRequest = malformed
