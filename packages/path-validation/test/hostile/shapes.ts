/** Pieces of DER that are repeated or put into one another, as many or as deep as a certificate has room for. */
import { der, type Extension } from '@mtls-edge/testkit'

/** Bytes that a certificate may have, and a little less, for what stands beside what is made large. */
const ROOM = 98_000

const COMMON_NAME = '2.5.4.3'

export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** A run's own number in what is made, so that no two are equal. */
export const nameOf = (run: number, index: number): string => `${run}-${index}`

export const oidOf = (run: number, index: number): string => `1.3.6.1.4.1.${99_000 + run}.${index}`

/** SEQUENCEs in one another, as deep as so many bytes allow. */
export function nest(bytes: number): Buffer {
  const headers: Buffer[] = []
  for (let size = 0; size < bytes; ) {
    const header = der.sequence(Buffer.alloc(size)).subarray(0, -size || undefined)
    headers.push(header)
    size += header.length
  }
  return Buffer.concat(headers.reverse())
}

export const extension = (oid: string, value: Uint8Array, critical = false): Extension => ({
  oid,
  critical,
  value,
})

/** A sequence of so many. */
export const list = (count: number, make: (index: number) => Buffer): Buffer =>
  der.sequence(...many(count, make))

/** A SAN of so many names, each by its bytes. */
export const names = (each: Buffer): Extension =>
  extension(
    '2.5.29.17',
    list(Math.floor(ROOM / each.length), () => each),
  )

export const attribute = (text: string, oid = COMMON_NAME): Buffer =>
  der.sequence(der.objectIdentifier(oid), der.characterString('utf8', text))

/** The shortest DNS name. */
export const dns = der.contextPrimitive(2, Buffer.from('a'))

/** A short directory name. */
export const directory = der.context(4, der.sequence(der.set(attribute('a'))))
