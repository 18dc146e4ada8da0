import type { TLSSocket } from 'node:tls'

/**
 * Bytes of a body that nobody reads yet, of a request that waits for the one before it above all: no more is read from the
 * connection, but for what had come in one TLS record. In the smallest of chunks each byte is an object of some 200 bytes, and Node's own
 * measure, 64 KiB, was 14 MB a connection.
 */
const UNREAD_BYTES = 4096

/** Bounds what Node reads ahead of a connection's bodies: it takes the measure of each request from here. */
export function boundUnreadBodies(socket: TLSSocket): void {
  Object.defineProperty(socket, 'readableHighWaterMark', { value: UNREAD_BYTES })
}
