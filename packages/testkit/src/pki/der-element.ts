/** Something that can stand in a DER element: bytes that are already encoded. */
export type Der = Uint8Array<ArrayBufferLike>

/** The encodings of the length octets: `der` is the shortest, the others are faults that a strict reader must refuse. */
export type LengthForm = 'der' | 'non-minimal' | 'indefinite'

function lengthOctets(length: number, form: LengthForm): Der {
  if (form === 'indefinite') return Uint8Array.of(0x80)
  if (length < 0x80 && form === 'der') return Uint8Array.of(length)
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  if (form === 'non-minimal') octets.unshift(0)
  return Uint8Array.of(0x80 + octets.length, ...octets)
}

/** One element: a tag octet (low tag numbers only), the length, and `parts` joined as its content. */
export function element(tag: number, ...parts: readonly Der[]): Buffer {
  return elementOfForm('der', tag, ...parts)
}

/** Like {@link element}, with length octets that DER may forbid; `indefinite` adds the two end-of-contents octets. */
export function elementOfForm(form: LengthForm, tag: number, ...parts: readonly Der[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const end = form === 'indefinite' ? [new Uint8Array(2)] : []
  return Buffer.concat([Uint8Array.of(tag), lengthOctets(length, form), ...parts, ...end])
}

/** SEQUENCE, or SEQUENCE OF. */
export function sequence(...parts: readonly Der[]): Buffer {
  return element(0x30, ...parts)
}

/** SET with its members in the order given. */
export function set(...parts: readonly Der[]): Buffer {
  return element(0x31, ...parts)
}

/** SET OF, its members sorted as DER wants it (X.690 section 11.6). */
export function setOf(...parts: readonly Der[]): Buffer {
  return set(...[...parts].sort(Buffer.compare))
}

/** INTEGER in the fewest octets, negative numbers in two's complement. */
export function integer(value: number | bigint): Buffer {
  let rest = BigInt(value)
  const octets: number[] = []
  do {
    octets.unshift(Number(BigInt.asUintN(8, rest)))
    rest >>= 8n
  } while (rest !== 0n && rest !== -1n)
  const top = octets[0] ?? 0
  if (rest === 0n && top >= 0x80) octets.unshift(0)
  if (rest === -1n && top < 0x80) octets.unshift(0xff)
  return integerOfOctets(Uint8Array.from(octets))
}

/** INTEGER with exactly these content octets: for padded, negative, empty or overlong ones. */
export function integerOfOctets(octets: Der): Buffer {
  return element(0x02, octets)
}

/** ENUMERATED, for values below 128. */
export function enumerated(value: number): Buffer {
  return element(0x0a, Uint8Array.of(value))
}

/** BOOLEAN; DER's TRUE is 0xff, another `trueOctet` is a fault. */
export function boolean(value: boolean, trueOctet = 0xff): Buffer {
  return element(0x01, Uint8Array.of(value ? trueOctet : 0))
}

/** NULL. */
export function nullValue(): Buffer {
  return element(0x05)
}

/** The content octets of an OBJECT IDENTIFIER in dotted notation; arcs may be of any size. */
export function objectIdentifierOctets(dotted: string): Buffer {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  return Buffer.from([first * 40n + second, ...rest].flatMap(base128))
}

/** OBJECT IDENTIFIER in dotted notation. */
export function objectIdentifier(dotted: string): Buffer {
  return element(0x06, objectIdentifierOctets(dotted))
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80)
  return octets
}

/** BIT STRING of whole octets; `unusedBits` of the last one do not count. */
export function bitString(octets: Der, unusedBits = 0): Buffer {
  return element(0x03, Uint8Array.of(unusedBits), octets)
}

/** The content of a BIT STRING of named bits, trailing zero bits removed (X.690 section 11.2.2). */
export function namedBitsContent(bits: readonly number[]): Buffer {
  if (bits.length === 0) return Buffer.from([0])
  const highest = Math.max(...bits)
  const octets = Buffer.alloc(Math.floor(highest / 8) + 1)
  for (const bit of bits) {
    const index = Math.floor(bit / 8)
    octets[index] = (octets[index] ?? 0) | (0x80 >> (bit % 8))
  }
  return Buffer.concat([Uint8Array.of(7 - (highest % 8)), octets])
}

/** BIT STRING of named bits, such as KeyUsage; `bits` are the numbers of the bits that are set. */
export function namedBits(bits: readonly number[]): Buffer {
  return element(0x03, namedBitsContent(bits))
}

/** OCTET STRING. */
export function octetString(...parts: readonly Der[]): Buffer {
  return element(0x04, ...parts)
}

/** A constructed context tag: explicit tagging, or an implicit one of a SEQUENCE. */
export function context(number: number, ...parts: readonly Der[]): Buffer {
  return element(0xa0 + number, ...parts)
}

/** A primitive context tag: implicit tagging of a string, integer, bit string... */
export function contextPrimitive(number: number, content: Der): Buffer {
  return element(0x80 + number, content)
}
