import {
  characterString,
  type Der,
  element,
  objectIdentifier,
  type StringType,
  sequence,
  setOf,
} from './der.js'

/** One attribute of a name. `type` is a short name of {@link ATTRIBUTE_TYPES} or a dotted OID; bytes as a value are its raw DER. */
export interface NameAttribute {
  readonly type: string
  readonly value: string | Der
  readonly stringType?: StringType
}

/**
 * A distinguished name:
 * - `{ CN: 'x', O: 'y' }`, encoded in the order written;
 * - a string: `'x'` is a common name alone, `'CN=x,O=y'` is RFC 4514 text (encoded from the right end; `+` and escapes are not read);
 * - a list of attributes, or of lists of them (an RDN of several values);
 * - bytes: the whole Name, raw.
 */
export type NameInput =
  | string
  | Readonly<Record<string, string>>
  | readonly (NameAttribute | readonly NameAttribute[])[]
  | Der

/** The short names that a {@link NameInput} understands. */
export const ATTRIBUTE_TYPES = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  STREET: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  GN: '2.5.4.42',
  dnQualifier: '2.5.4.46',
  organizationIdentifier: '2.5.4.97',
  UID: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
} as const satisfies Record<string, string>

const FIXED_STRING_TYPES: Readonly<Record<string, StringType>> = {
  [ATTRIBUTE_TYPES.C]: 'printable',
  [ATTRIBUTE_TYPES.serialNumber]: 'printable',
  [ATTRIBUTE_TYPES.dnQualifier]: 'printable',
  [ATTRIBUTE_TYPES.DC]: 'ia5',
  [ATTRIBUTE_TYPES.emailAddress]: 'ia5',
}

const OIDS: ReadonlyMap<string, string> = new Map(Object.entries(ATTRIBUTE_TYPES))

/**
 * Encodes a Name. `stringType` (default `utf8`) holds for the attributes that may choose one.
 * @throws Error on an attribute type that is neither known nor an OID
 */
export function encodeName(input: NameInput, stringType: StringType = 'utf8'): Buffer {
  if (input instanceof Uint8Array) return Buffer.from(input)
  return sequence(...relativeNames(input).map((attributes) => encodeRdn(attributes, stringType)))
}

/** Encodes one RelativeDistinguishedName, as `nameRelativeToCRLIssuer` needs it with another tag. */
export function encodeRdn(
  attributes: readonly NameAttribute[],
  stringType: StringType = 'utf8',
): Buffer {
  return setOf(...attributes.map((attribute) => encodeAttribute(attribute, stringType)))
}

function encodeAttribute(attribute: NameAttribute, stringType: StringType): Buffer {
  const oid = OIDS.get(attribute.type) ?? attribute.type
  if (!/^\d+(\.\d+)+$/.test(oid)) throw new Error(`unknown attribute type ${attribute.type}`)
  const { value } = attribute
  if (typeof value !== 'string') return sequence(objectIdentifier(oid), value)
  const type = attribute.stringType ?? FIXED_STRING_TYPES[oid] ?? stringType
  return sequence(objectIdentifier(oid), characterString(type, value))
}

function relativeNames(input: Exclude<NameInput, Der>): readonly (readonly NameAttribute[])[] {
  if (typeof input === 'string') return relativeNamesOfText(input)
  if (isAttributeList(input)) return input.map((rdn) => (isSingle(rdn) ? [rdn] : rdn))
  return Object.entries(input).map(([type, value]) => [{ type, value }])
}

function relativeNamesOfText(text: string): readonly (readonly NameAttribute[])[] {
  if (!text.includes('=')) return [[{ type: 'CN', value: text }]]
  return text
    .split(',')
    .map((part) => {
      const equals = part.indexOf('=')
      return [{ type: part.slice(0, equals).trim(), value: part.slice(equals + 1).trim() }]
    })
    .reverse()
}

function isAttributeList(
  input: Exclude<NameInput, Der | string>,
): input is readonly (NameAttribute | readonly NameAttribute[])[] {
  return Array.isArray(input)
}

function isSingle(rdn: NameAttribute | readonly NameAttribute[]): rdn is NameAttribute {
  return !Array.isArray(rdn)
}

/** A Name without any RDN, which RFC 5280 allows as a subject (with a critical SAN) and never as an issuer. */
export const EMPTY_NAME: Der = element(0x30)
