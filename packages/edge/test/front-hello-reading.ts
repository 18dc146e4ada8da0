import { createClientHelloReader } from '../dist/front/opening/client-hello.js'

export const GREASE = 0x0a0a
export const NAME = 'mtls.auth.example.com'

/** What is read of the bytes, pushed whole. */
export function read(bytes: Uint8Array) {
  return createClientHelloReader().push(bytes)
}

/** Pushes the bytes cut at the given places. */
export function readInParts(bytes: Buffer, cuts: readonly number[]) {
  const reader = createClientHelloReader()
  let result = reader.push(Buffer.alloc(0))
  let from = 0
  for (const to of [...new Set(cuts)].sort((a, b) => a - b).concat(bytes.length)) {
    result = reader.push(bytes.subarray(from, to))
    from = to
  }
  return { result, bytes: reader.bytes() }
}

/** Pushes byte by byte. */
export function oneByteAtATime(bytes: Buffer) {
  return readInParts(
    bytes,
    Array.from(bytes, (_, index) => index),
  )
}

/** What is said of a hello with this name, whole and good. */
export const complete = (serverName: string) => ({
  status: 'complete',
  serverName,
  hasServerName: true,
  offersTls12: true,
})
