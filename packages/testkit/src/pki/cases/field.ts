import {
  bitString,
  type Der,
  element,
  generalizedTime,
  generalizedTimeOfText,
  objectIdentifier,
  sequence,
  set,
  time,
  utcTime,
  utcTimeOfText,
} from '../der.js'
import { characterString } from '../der-string.js'
import { subjectAlternativeName } from '../extension.js'
import { generateKey, spkiOf } from '../key.js'
import { EMPTY_NAME, encodeName } from '../name.js'
import { type CaseDefinition, odd, tolerable, tolerated } from './case.js'

const MALFORMED = ['malformed_certificate']
const DATES = [...MALFORMED, 'expired', 'not_yet_valid']

/** A case whose validity is written by hand; `null` stands for a date that is right. */
function oddValidity(
  name: string,
  why: string,
  reasons: readonly string[],
  notBefore: Der | null,
  notAfter: Der | null,
): CaseDefinition {
  return odd(name, why, reasons, ({ at, leaf }) => {
    const day = 86_400_000
    const validity = sequence(
      notBefore ?? time(new Date(at.getTime() - day)),
      notAfter ?? time(new Date(at.getTime() + day)),
    )
    return leaf({ tbs: { validity } })
  })
}

/** Odd dates. */
const VALIDITY_CASES = [
  oddValidity(
    'a date without seconds',
    'seconds must be there (4.1.2.5.1)',
    MALFORMED,
    utcTimeOfText('2901010000Z'),
    null,
  ),
  oddValidity(
    'a date with an offset',
    'must end in Z (4.1.2.5.1)',
    MALFORMED,
    utcTimeOfText('290101000000+0100'),
    null,
  ),
  oddValidity(
    'a date with fractions',
    'no fractional seconds (4.1.2.5.2)',
    MALFORMED,
    null,
    generalizedTimeOfText('20500101000000.5Z'),
  ),
  tolerated(
    oddValidity(
      'a date before 2050 as GeneralizedTime',
      'must be UTCTime (4.1.2.5)',
      MALFORMED,
      generalizedTime(new Date('2020-01-01T00:00:00Z')),
      null,
    ),
  ),
  oddValidity(
    '30 February',
    'there is no such day',
    MALFORMED,
    utcTimeOfText('200230000000Z'),
    null,
  ),
  oddValidity(
    '25 o’clock',
    'there is no such hour',
    MALFORMED,
    utcTimeOfText('200101250000Z'),
    null,
  ),
  oddValidity('letters in a date', 'digits alone', MALFORMED, utcTimeOfText('2001O1000000Z'), null),
  oddValidity(
    'a date with spaces',
    'digits alone',
    MALFORMED,
    utcTimeOfText('20 101000000Z'),
    null,
  ),
  oddValidity(
    'a date as INTEGER',
    'Time is UTCTime or GeneralizedTime (4.1)',
    MALFORMED,
    element(0x02, Buffer.from([1])),
    null,
  ),
  oddValidity(
    'an end before the beginning',
    'no time lies in it',
    DATES,
    utcTime(new Date('2049-01-01T00:00:00Z')),
    utcTime(new Date('2000-01-01T00:00:00Z')),
  ),
  odd('a validity of one date', 'two dates (4.1.2.5)', MALFORMED, ({ at, leaf }) =>
    leaf({ tbs: { validity: sequence(time(at)) } }),
  ),
  odd('a validity of three dates', 'two dates (4.1.2.5)', MALFORMED, ({ at, leaf }) =>
    leaf({ tbs: { validity: sequence(time(at), time(at), time(at)) } }),
  ),
]

function attribute(...value: readonly Der[]): Buffer {
  return sequence(objectIdentifier('2.5.4.3'), ...value)
}

/** Odd names. */
const NAME_CASES = [
  odd(
    'an empty issuer',
    'the issuer must not be empty (4.1.2.4)',
    [...MALFORMED, 'untrusted_issuer'],
    { tbs: { issuer: EMPTY_NAME } },
  ),
  tolerable(
    'an empty subject without other names',
    'then a SAN must be there (4.1.2.6)',
    MALFORMED,
    {
      subject: {},
    },
  ),
  odd('an RDN without attributes', 'SET SIZE (1..MAX) (4.1.2.4)', MALFORMED, {
    tbs: { subject: sequence(set()) },
  }),
  odd('an attribute without a value', 'type and value (4.1.2.4)', MALFORMED, {
    tbs: { subject: sequence(set(attribute())) },
  }),
  odd('a name in invalid UTF-8', 'a UTF8String is UTF-8 (RFC 3629)', MALFORMED, {
    tbs: { subject: sequence(set(attribute(element(0x0c, Buffer.from([0xc3, 0x28]))))) },
  }),
  odd('a name of half a BMP character', 'two octets each', MALFORMED, {
    tbs: { subject: sequence(set(attribute(element(0x1e, Buffer.from([0x00]))))) },
  }),
  tolerable('an RDN in the wrong order', 'SET OF is sorted (X.690 11.6)', MALFORMED, {
    tbs: {
      subject: sequence(
        set(
          sequence(objectIdentifier('2.5.4.10'), characterString('utf8', 'z')),
          sequence(objectIdentifier('2.5.4.3'), characterString('utf8', 'a')),
        ),
      ),
    },
  }),
  odd('octets after the names', 'Name is one SEQUENCE', MALFORMED, {
    tbs: { subject: Buffer.concat([encodeName('leaf'), encodeName('leaf')]) },
  }),
  odd('an empty subject, names elsewhere', 'allowed with a critical SAN (4.1.2.6)', [], {
    subject: {},
    extraExtensions: [subjectAlternativeName([{ dns: 'leaf.example' }], true)],
  }),
]

const P256 = sequence(
  objectIdentifier('1.2.840.10045.2.1'),
  objectIdentifier('1.2.840.10045.3.1.7'),
)

/** Odd keys. */
const KEY_CASES = [
  odd('an RSA key of 1024 bits', 'under 2048 bits', ['weak_key'], { key: 'rsa1024' }),
  odd('an RSA key of 2047 bits', 'under 2048 bits', ['weak_key'], { key: 'rsa2047' }),
  odd(
    'a key on a curve spelt out',
    'namedCurve must be used (RFC 5480 2.1.1)',
    [...MALFORMED, 'weak_key'],
    { key: 'p256-explicit' },
  ),
  odd('a key on P-224', 'not among the allowed curves', ['weak_key'], { key: 'p224' }),
  odd('a key on secp256k1', 'not among the allowed curves', ['weak_key'], { key: 'secp256k1' }),
  odd('a DSA key', 'DSA is off', ['weak_key'], { key: 'dsa1024' }),
  tolerable('a point off its curve', 'no public key at all', [...MALFORMED, 'weak_key'], {
    tbs: {
      subjectPublicKeyInfo: sequence(
        P256,
        bitString(Buffer.from([4, ...new Uint8Array(64).fill(7)])),
      ),
    },
  }),
  odd('a point cut short', 'no public key at all', [...MALFORMED, 'weak_key'], {
    tbs: { subjectPublicKeyInfo: sequence(P256, bitString(Buffer.from([4, 1, 2, 3]))) },
  }),
  odd('a key of an unknown algorithm', 'nobody can verify with it', ['weak_key', ...MALFORMED], {
    tbs: {
      subjectPublicKeyInfo: sequence(
        sequence(objectIdentifier('1.2.3.4')),
        bitString(Buffer.from([1])),
      ),
    },
  }),
  odd('octets after the key', 'SubjectPublicKeyInfo has two fields (4.1)', MALFORMED, {
    tbs: { subjectPublicKeyInfo: withNull(spkiOf(generateKey('p256').publicKey)) },
  }),
]

function withNull(spki: Buffer): Buffer {
  return sequence(spki.subarray(2), element(0x05))
}

/** Faults of the fields of the TBSCertificate: dates, names, keys. */
export const FIELD_CASES = [...VALIDITY_CASES, ...NAME_CASES, ...KEY_CASES]
