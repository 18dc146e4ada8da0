import { randomUUID } from 'node:crypto'

/** 36 characters, and never anything else. */
const bytes = Buffer.alloc(36)

/**
 * A new id of a request: a UUID, random (RFC 9562 section 5.4).
 *
 * Node puts it together of twenty pieces, which V8 keeps as such. Here they become one text at once: `JSON.stringify` takes three
 * times as long for a line with a text in pieces.
 */
export function createRequestId(): string {
  bytes.write(randomUUID(), 'latin1')
  return bytes.toString('latin1')
}
