/** The custom domain's API key: whoever has it can be any client at Auth0. It stands in no message and no `cause`. */
import { InvalidApiKeyError } from './errors.js'

/** What a header can carry and no client or server would trim: visible ASCII. */
const headerSafe = /^[\x21-\x7e]+$/

/**
 * Makes a function that gives the key for a request.
 *
 * @param key - the key, or a function that returns it: then each request asks anew
 * @returns null where `key` is neither
 * @throws FST_AUTH0_FORWARDER_INVALID_API_KEY (the returned function) where the given one throws, or returns no key
 */
export function apiKeyReader(key: unknown): (() => string) | null {
  if (typeof key === 'function') return checked(() => key())
  return isHeaderSafe(key) ? () => key : null
}

function checked(read: () => unknown): () => string {
  let last: string | null = null
  return () => {
    const key = readOrRefuse(read)
    if (last !== null && key === last) return last
    if (!isHeaderSafe(key)) throw new InvalidApiKeyError()
    last = key
    return key
  }
}

/** Whatever the function throws could hold the key: it goes no further. */
function readOrRefuse(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    throw new InvalidApiKeyError()
  }
}

function isHeaderSafe(key: unknown): key is string {
  return typeof key === 'string' && headerSafe.test(key)
}
