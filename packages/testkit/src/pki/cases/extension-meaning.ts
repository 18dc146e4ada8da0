import { nullValue } from '../der.js'
import { nameConstraints } from '../path-extension.js'
import { odd, tolerable } from './case.js'

const MALFORMED = ['malformed_certificate']

/** Extensions that are well formed and say no. */
export const EXTENSION_MEANING_CASES = [
  odd('an unknown critical extension', 'must be refused (4.2)', ['unknown_critical_extension'], {
    extraExtensions: [{ oid: '1.2.3.4', critical: true, value: nullValue() }],
  }),
  odd('an unknown extension that is not critical', 'may be ignored (4.2)', [], {
    extraExtensions: [{ oid: '1.2.3.4', critical: false, value: nullValue() }],
  }),
  odd(
    'key usage without digitalSignature',
    'TLS signs with the key (RFC 8446 4.4.2.2)',
    ['wrong_key_usage'],
    { keyUsage: ['keyEncipherment'] },
  ),
  odd(
    'a server’s certificate',
    'clientAuth is not among the purposes (4.2.1.12)',
    ['wrong_purpose'],
    { extendedKeyUsage: ['serverAuth'] },
  ),
  odd(
    'purposes of another world',
    'clientAuth is not among the purposes (4.2.1.12)',
    ['wrong_purpose'],
    { extendedKeyUsage: ['1.3.6.1.4.1.311.20.2.2'] },
  ),
  odd('no key usage and no purpose', 'neither limits the key (4.2.1.3, 4.2.1.12)', [], {
    keyUsage: null,
    extendedKeyUsage: null,
  }),
  odd('a CA as client', 'a CA certificate is no end entity', ['ca_as_leaf'], {
    ca: true,
    keyUsage: ['digitalSignature', 'keyCertSign'],
    extendedKeyUsage: ['clientAuth'],
  }),
  tolerable('a path length without a CA', 'only with cA (4.2.1.9)', [...MALFORMED, 'ca_as_leaf'], {
    pathLength: 0,
  }),
  tolerable('name constraints in a leaf', 'only in a CA certificate (4.2.1.10)', MALFORMED, {
    extraExtensions: [nameConstraints({ permitted: [{ dns: 'example' }] })],
  }),
]
