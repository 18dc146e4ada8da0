import type { Der, LengthForm } from '../der.js'
import {
  bitString,
  contentOf,
  context,
  element,
  elementOfForm,
  elementsOf,
  integer,
  integerOfOctets,
  nullValue,
  objectIdentifier,
  sequence,
} from '../der.js'
import { ecdsaAlgorithm } from '../signature.js'
import { odd } from './case.js'

const MALFORMED = ['malformed_certificate']

/** The same element with its length written in another form; `der` must have a definite length. */
function relength(der: Der, form: LengthForm): Buffer {
  return elementOfForm(form, der[0] ?? 0, contentOf(der))
}

/** Faults of the outermost encoding: Certificate and TBSCertificate. */
export const ENCODING_CASES = [
  odd('trailing octets', 'octets after the certificate', MALFORMED, {
    trailingBytes: Buffer.from([0, 0]),
  }),
  odd(
    'a second certificate behind',
    'octets after the certificate, even a certificate',
    MALFORMED,
    (world) => world.leaf({ trailingBytes: world.root.der }),
  ),
  odd('an element after the signature', 'Certificate has three fields (4.1)', MALFORMED, {
    transform: (der) => sequence(contentOf(der), nullValue()),
  }),
  odd('an element after the extensions', 'TBSCertificate ends with them (4.1)', MALFORMED, {
    transformTbs: (tbs) => sequence(contentOf(tbs), nullValue()),
  }),
  odd('an indefinite length outside', 'BER, not DER (X.690 10.1)', MALFORMED, {
    transform: (der) => relength(der, 'indefinite'),
  }),
  odd('an indefinite length of the signed part', 'BER, not DER (X.690 10.1)', MALFORMED, {
    transformTbs: (tbs) => relength(tbs, 'indefinite'),
  }),
  odd('a padded length outside', 'a length octet too many (X.690 10.1)', MALFORMED, {
    transform: (der) => relength(der, 'non-minimal'),
  }),
  odd('a padded length of the signed part', 'a length octet too many (X.690 10.1)', MALFORMED, {
    transformTbs: (tbs) => relength(tbs, 'non-minimal'),
  }),
  odd('cut by one octet', 'the length promises more', MALFORMED, {
    transform: (der) => der.subarray(0, -1),
  }),
  odd('cut in the middle', 'the length promises more', MALFORMED, {
    transform: (der) => der.subarray(0, der.length / 2),
  }),
  odd('nothing', 'no octets at all', MALFORMED, { transform: () => Buffer.alloc(0) }),
  odd('an empty SEQUENCE', 'no fields at all', MALFORMED, { transform: () => sequence() }),
  odd('a length of four gigabytes', 'a length that no buffer has', MALFORMED, {
    transform: (der) => Buffer.concat([Buffer.from('3084ffffffff', 'hex'), der]),
  }),
  odd('text', 'PEM where DER is wanted', MALFORMED, {
    transform: (der) => Buffer.from(`-----BEGIN CERTIFICATE-----\n${der.toString('base64')}`),
  }),
  odd('a SET outside', 'Certificate is a SEQUENCE (4.1)', MALFORMED, {
    transform: (der) => element(0x31, contentOf(der)),
  }),
  odd(
    'a thousand SEQUENCEs in one another',
    'nesting that overflows a recursive reader',
    MALFORMED,
    {
      transform: () => nested(1000),
    },
  ),
  odd('a constructed BIT STRING as signature', 'BER, not DER (X.690 10.2)', MALFORMED, {
    transform: (der) => {
      return withSignature(der, (octets) => element(0x23, bitString(octets)))
    },
  }),
  odd(
    'unused bits in the signature',
    'a signature is whole octets',
    [...MALFORMED, 'bad_signature'],
    {
      transform: (der) => withSignature(der, (octets) => bitString(octets, 4)),
    },
  ),
  odd(
    'algorithms that differ',
    'outside and inside must be the same (4.1.1.2)',
    [...MALFORMED, 'bad_signature'],
    {
      outerAlgorithm: ecdsaAlgorithm('sha384'),
    },
  ),
  odd(
    'a NULL with the ECDSA algorithm',
    'parameters must be absent (RFC 5758 3.2)',
    [...MALFORMED, 'bad_signature', 'weak_signature'],
    {
      tbs: { signature: sequence(objectIdentifier('1.2.840.10045.4.3.2'), nullValue()) },
    },
  ),
  odd('version 1 spelt out', 'a DEFAULT value is not encoded (X.690 11.5)', MALFORMED, {
    tbs: { version: context(0, integer(0)) },
    extensions: 'none',
  }),
  odd('version 4', 'there is none (4.1.2.1)', MALFORMED, {
    tbs: { version: context(0, integer(3)) },
  }),
  odd('version 1 with extensions', 'only version 3 has them (4.1.2.9)', MALFORMED, {
    tbs: { version: Buffer.alloc(0) },
  }),
  odd('version 2 with extensions', 'only version 3 has them (4.1.2.9)', MALFORMED, {
    tbs: { version: context(0, integer(1)) },
  }),
  odd(
    'version 1 with a unique identifier',
    'only versions 2 and 3 have them (4.1.2.8)',
    MALFORMED,
    {
      version: 1,
      tbs: { uniqueIds: bitStringOfTag(0x81) },
    },
  ),
  odd('a serial number of 21 octets', 'at most 20 (4.1.2.2)', MALFORMED, {
    serialNumber: Buffer.alloc(21, 0x11),
  }),
  odd('a negative serial number', 'must be positive (4.1.2.2)', MALFORMED, { serialNumber: -1n }),
  odd('serial number zero', 'must be positive (4.1.2.2)', MALFORMED, { serialNumber: 0n }),
  odd('a padded serial number', 'an INTEGER has no needless octet (X.690 8.3.2)', MALFORMED, {
    tbs: { serialNumber: integerOfOctets(Buffer.from([0, 1])) },
  }),
  odd('an empty serial number', 'an INTEGER has an octet (X.690 8.3.1)', MALFORMED, {
    tbs: { serialNumber: integerOfOctets(Buffer.alloc(0)) },
  }),
]

function nested(depth: number): Buffer {
  let der = sequence()
  for (let level = 0; level < depth; level += 1) der = sequence(der)
  return der
}

function bitStringOfTag(tag: number): Buffer {
  return element(tag, contentOf(bitString(Buffer.from([0xaa]))))
}

/** The certificate with its signature encoded otherwise. */
function withSignature(der: Der, encode: (octets: Der) => Buffer): Buffer {
  const [signedPart, algorithm, signature] = elementsOf(der)
  if (!signedPart || !algorithm || !signature) throw new Error('a certificate has three fields')
  return sequence(signedPart, algorithm, encode(contentOf(signature).subarray(1)))
}
