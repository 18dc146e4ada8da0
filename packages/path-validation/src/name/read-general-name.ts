import { DerError } from '../der/error.js'
import { decodeOid, readOid } from '../der/primitive.js'
import { constructed, type DerReader, implicit, TAG } from '../der/reader.js'
import { decodeAscii } from '../der/text.js'
import type { GeneralName } from './name.js'
import { readName } from './read-name.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Nobody issues a certificate for thousands; 100 kB of names of two bytes take 60 ms to read. */
export const MAX_NAMES = 5_000

/** Reads GeneralNames, of which there must be one at least, up to the reader's end. */
export function readGeneralNames(sequence: DerReader, what: string): readonly GeneralName[] {
  const names: GeneralName[] = []
  while (!sequence.isAtEnd) {
    if (names.length === MAX_NAMES) throw new DerError(`${what}: too many names`)
    names.push(readGeneralName(sequence, what))
  }
  if (names.length === 0) throw new DerError(`${what}: an empty list of names`)
  return names
}

/**
 * Reads one GeneralName.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6
 */
export function readGeneralName(reader: DerReader, what: string): GeneralName {
  const tag = reader.peek()
  const from = reader.at
  const value = reader.readAny(what)
  const bytes = value.contents()
  switch (tag) {
    case constructed(0):
      return {
        type: 'other',
        value: readOid(value, what),
        bytes: reader.bytes.subarray(from, reader.at),
      }
    case implicit(1):
      return { type: 'email', value: decodeAscii(bytes, what) }
    case implicit(2):
      return { type: 'dns', value: decodeAscii(bytes, what) }
    case constructed(3):
      return { type: 'x400', value: hex(bytes), bytes }
    case constructed(4): {
      const name = readName(value, what)
      value.expectEnd(what)
      return {
        type: 'directory',
        get value() {
          return name.text
        },
        name,
      }
    }
    case constructed(5):
      return { type: 'ediParty', value: hex(bytes), bytes }
    case implicit(6):
      return { type: 'uri', value: decodeAscii(bytes, what) }
    case implicit(7):
      return { type: 'ip', value: addressText(bytes), bytes }
    case implicit(8):
      return { type: 'registeredId', value: decodeOid(value, what) }
    default:
      throw new DerError(`${what}: a form of name that does not exist`)
  }
}

/** Writes an IP address: dotted, or groups of hex without compression; an address with a mask as both. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length === 16) return (hex(bytes).match(/..../g) ?? []).join(':')
  if (bytes.length === 8 || bytes.length === 32) {
    const half = bytes.length / 2
    return `${addressText(bytes.subarray(0, half))}/${addressText(bytes.subarray(half))}`
  }
  return hex(bytes)
}

/** Reads the names of a `GeneralNames` element with this tag. */
export const readGeneralNamesElement = (
  reader: DerReader,
  what: string,
  tag: number = TAG.sequence,
): readonly GeneralName[] => readGeneralNames(reader.read(tag, what), what)
