import { randomBytes } from 'node:crypto'
import { der } from '@mtls-edge/testkit'

/** A random odd number of exactly so many bytes. */
export function oddNumberOf(bytes: number): Buffer {
  const number = randomBytes(bytes)
  number[0] = (number[0] ?? 0) | 0x80
  number[bytes - 1] = (number.at(-1) ?? 0) | 1
  return number
}

/** The public half of a key that nobody has: an odd number of so many bits, with this exponent. */
export function rsaKeyOf(bits: number, exponent: Buffer): Buffer {
  const modulus = oddNumberOf(bits / 8)
  const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex')
  const positive = (bytes: Buffer): Buffer =>
    (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  const key = der.sequence(
    der.integerOfOctets(positive(modulus)),
    der.integerOfOctets(positive(exponent)),
  )
  return der.sequence(algorithm, der.bitString(key))
}
