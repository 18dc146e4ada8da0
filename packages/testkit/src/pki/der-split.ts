import type { Der } from './der-element.js'

// Takes apart what the factory itself has made: low tag numbers, definite lengths. It is no reader for anything else.

function headerLength(der: Der): number {
  const first = der[1] ?? 0
  return first < 0x80 ? 2 : 2 + (first & 0x7f)
}

function elementLength(der: Der): number {
  const header = headerLength(der)
  if (header === 2) return 2 + (der[1] ?? 0)
  return header + Buffer.from(der).readUIntBE(2, header - 2)
}

/** The content of the element that `der` begins with. */
export function contentOf(der: Der): Der {
  return der.subarray(headerLength(der), elementLength(der))
}

/** The elements that stand one after the other in the content of a SEQUENCE or SET. */
export function elementsOf(der: Der): readonly Der[] {
  const elements: Der[] = []
  let rest = contentOf(der)
  while (rest.length > 0) {
    elements.push(rest.subarray(0, elementLength(rest)))
    rest = rest.subarray(elementLength(rest))
  }
  return elements
}
