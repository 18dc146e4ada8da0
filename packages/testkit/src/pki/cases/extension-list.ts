import {
  boolean,
  context,
  type Der,
  element,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../der.js'
import {
  basicConstraints,
  EXTENSION_OIDS,
  encodeExtension,
  extendedKeyUsage,
} from '../extension.js'
import { type CaseDefinition, odd } from './case.js'

const MALFORMED = ['malformed_certificate']

/** A case whose list of extensions is written by hand. */
/** A case whose list of extensions is written by hand. */
function oddList(name: string, why: string, ...encoded: readonly Der[]): CaseDefinition {
  return odd(name, why, MALFORMED, { tbs: { extensions: context(3, sequence(...encoded)) } })
}

const PURPOSE = objectIdentifier(EXTENSION_OIDS.extendedKeyUsage)
const CLIENT = extendedKeyUsage(['clientAuth'])

/** Faults of the list of extensions. */
export const EXTENSION_LIST_CASES = [
  oddList('an empty list of extensions', 'SIZE (1..MAX) (4.1)'),
  oddList(
    'an extension twice',
    'must not appear more than once (4.2)',
    encodeExtension(CLIENT),
    encodeExtension(CLIENT),
  ),
  oddList(
    'an extension twice, saying different things',
    'must not appear more than once (4.2)',
    encodeExtension(basicConstraints(true)),
    encodeExtension(basicConstraints(false)),
  ),
  oddList(
    'an unknown extension twice',
    'must not appear more than once (4.2)',
    unknown('1.2.3.4'),
    unknown('1.2.3.4'),
  ),
  oddList(
    'TRUE as 01',
    'TRUE is ff in DER (X.690 11.1)',
    sequence(PURPOSE, boolean(true, 1), octetString(CLIENT.value)),
  ),
  oddList(
    'not critical, spelt out',
    'a DEFAULT value is not encoded (X.690 11.5)',
    sequence(PURPOSE, boolean(false), octetString(CLIENT.value)),
  ),
  oddList('an extension without a value', 'extnValue is not OPTIONAL (4.1)', sequence(PURPOSE)),
  oddList(
    'an extension with two values',
    'three fields at most (4.1)',
    sequence(PURPOSE, octetString(CLIENT.value), octetString()),
  ),
  oddList(
    'an extension value that is no OCTET STRING',
    'extnValue is one (4.1)',
    sequence(PURPOSE, CLIENT.value),
  ),
  oddList(
    'an OID with a padded arc',
    'the fewest octets (X.690 8.19.2)',
    sequence(element(0x06, Buffer.from([0x55, 0x80, 0x1d, 0x25])), octetString(nullValue())),
  ),
  oddList(
    'an empty OID',
    'at least one octet (X.690 8.19)',
    sequence(element(0x06), octetString(nullValue())),
  ),
  odd('two lists of extensions', 'one field (4.1)', MALFORMED, ({ leaf }) => {
    const list = context(3, sequence(encodeExtension(CLIENT)))
    return leaf({ tbs: { extensions: Buffer.concat([list, list]) } })
  }),
]

function unknown(oid: string): Buffer {
  return encodeExtension({ oid, critical: false, value: nullValue() })
}
