import {
  boolean,
  context,
  contextPrimitive,
  type Der,
  element,
  integer,
  integerOfOctets,
  nullValue,
  sequence,
} from '../der.js'
import { EXTENSION_OIDS, extendedKeyUsage, keyUsage, subjectAlternativeName } from '../extension.js'
import { certificatePolicies } from '../path-extension.js'
import { type CaseDefinition, odd, tolerated } from './case.js'

const MALFORMED = ['malformed_certificate']

const CLIENT = extendedKeyUsage(['clientAuth'])

/** A case with one extension more whose value is written by hand. */
/** A case with one extension more whose value is written by hand. */
function oddValue(
  name: string,
  why: string,
  oid: string,
  value: Der,
  reasons: readonly string[] = MALFORMED,
): CaseDefinition {
  return odd(name, why, reasons, {
    extensions: (made) => [
      ...made.filter((other) => other.oid !== oid),
      { oid, critical: false, value },
    ],
  })
}

const { keyUsage: KU, basicConstraints: BC, subjectAlternativeName: SAN } = EXTENSION_OIDS
const {
  extendedKeyUsage: EKU,
  authorityKeyIdentifier: AKI,
  certificatePolicies: CP,
} = EXTENSION_OIDS

/** Faults inside of extensions. */
export const EXTENSION_VALUE_CASES = [
  oddValue(
    'key usage of no bits',
    'at least one bit (4.2.1.3)',
    KU,
    element(0x03, Buffer.from([0])),
    [...MALFORMED, 'wrong_key_usage'],
  ),
  oddValue(
    'key usage with bits that do not count',
    'unused bits are zero (X.690 11.2.1)',
    KU,
    element(0x03, Buffer.from([7, 0xff])),
  ),
  oddValue(
    'key usage with needless zeros',
    'named bits end with a one (X.690 11.2.2)',
    KU,
    element(0x03, Buffer.from([0, 0x80])),
  ),
  oddValue(
    'key usage with nine unused bits',
    'at most seven (X.690 8.6.2.2)',
    KU,
    element(0x03, Buffer.from([9, 0x80])),
  ),
  oddValue('key usage as INTEGER', 'a BIT STRING (4.2.1.3)', KU, integer(1)),
  oddValue(
    'key usage with octets behind',
    'one value',
    KU,
    Buffer.concat([keyUsage(['digitalSignature']).value, nullValue()]),
  ),
  oddValue('purposes, none', 'SIZE (1..MAX) (4.2.1.12)', EKU, sequence()),
  oddValue(
    'purposes with octets behind',
    'one value',
    EKU,
    Buffer.concat([CLIENT.value, nullValue()]),
  ),
  tolerated(
    oddValue(
      'basic constraints with FALSE spelt out',
      'a DEFAULT value is not encoded (X.690 11.5)',
      BC,
      sequence(boolean(false)),
    ),
  ),
  oddValue(
    'basic constraints with TRUE as 01',
    'TRUE is ff in DER (X.690 11.1)',
    BC,
    sequence(boolean(true, 1)),
  ),
  oddValue(
    'a negative path length',
    'INTEGER (0..MAX) (4.2.1.9)',
    BC,
    sequence(boolean(true), integer(-1)),
  ),
  oddValue(
    'a padded path length',
    'no needless octet (X.690 8.3.2)',
    BC,
    sequence(boolean(true), integerOfOctets(Buffer.from([0, 1]))),
  ),
  oddValue('alternative names, none', 'SIZE (1..MAX) (4.2.1.6)', SAN, sequence()),
  oddValue(
    'a DNS name outside ASCII',
    'an IA5String (4.2.1.6)',
    SAN,
    sequence(contextPrimitive(2, Buffer.from([0xe9]))),
  ),
  oddValue(
    'an address of five octets',
    'four or sixteen (4.2.1.6)',
    SAN,
    subjectAlternativeName([{ ip: Buffer.alloc(5) }]).value,
  ),
  oddValue(
    'an alternative name of an unknown kind',
    'GeneralName has tags 0 to 8 (4.2.1.6)',
    SAN,
    sequence(contextPrimitive(9, Buffer.from('x'))),
  ),
  oddValue(
    'a policy twice',
    'must not appear more than once (4.2.1.4)',
    CP,
    certificatePolicies(['1.2.3', '1.2.3']).value,
  ),
  oddValue('policies, none', 'SIZE (1..MAX) (4.2.1.4)', CP, sequence()),
  tolerated(
    oddValue(
      'the issuer without its serial number',
      'both or neither (4.2.1.1)',
      AKI,
      sequence(context(1, context(4, sequence()))),
    ),
  ),
  oddValue('a value that is no DER', 'an extension holds DER (4.2)', KU, Buffer.from([0x03, 0x82])),
]
