import { InvalidInputError } from '../errors.js'

const DEFAULT_LIMIT = 200
// Bounds the memory that one answer takes.
const GREATEST_LIMIT = 1000

/**
 * The size of a page.
 *
 * @throws FST_CERT_REGISTRY_INVALID_INPUT
 */
export function readLimit(limit = DEFAULT_LIMIT): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= GREATEST_LIMIT) return limit
  throw new InvalidInputError(`a page has 1 to ${GREATEST_LIMIT} entries`)
}
