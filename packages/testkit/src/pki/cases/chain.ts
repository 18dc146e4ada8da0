import { keyUsage } from '../extension.js'
import { generateKey } from '../key.js'
import { odd } from './case.js'

const SECOND = 1000
const DAY = 86_400_000

/** Links that do not hold. */
const LINK_CASES = [
  odd('a leaf by a leaf', 'the issuer is no CA (6.1.4 k)', ['not_a_ca'], ({ leaf }) => {
    return leaf({ subject: 'second leaf', issuer: leaf() })
  }),
  odd(
    'an issuer without basic constraints',
    'they must be there and say cA (6.1.4 k)',
    ['not_a_ca'],
    ({ ca, leaf }) => {
      const issuer = ca({ extensions: [keyUsage(['keyCertSign'])] })
      return leaf({ issuer })
    },
  ),
  odd(
    'an issuer of version 1',
    'it cannot say that it is a CA (6.1.4 k)',
    ['not_a_ca'],
    ({ ca, leaf }) => {
      return leaf({ issuer: ca({ version: 1, extensions: 'none' }) })
    },
  ),
  odd(
    'an issuer that may not sign certificates',
    'keyCertSign is missing (6.1.4 n)',
    ['wrong_key_usage', 'not_a_ca'],
    ({ ca, leaf }) => {
      return leaf({ issuer: ca({ keyUsage: ['cRLSign'] }) })
    },
  ),
  odd(
    'an issuer with an unknown critical extension',
    'anywhere in the path (6.1.4 o)',
    ['unknown_critical_extension'],
    ({ ca, leaf }) => {
      const extraExtensions = [{ oid: '1.2.3.4', critical: true, value: Buffer.from([5, 0]) }]
      return leaf({ issuer: ca({ extraExtensions }) })
    },
  ),
  odd(
    'an issuer for servers alone',
    'purposes nest through the CAs',
    ['wrong_purpose'],
    ({ ca, leaf }) => {
      return leaf({ issuer: ca({ extendedKeyUsage: ['serverAuth'] }) })
    },
  ),
  odd('an issuer for clients', 'purposes nest through the CAs', [], ({ ca, leaf }) => {
    return leaf({ issuer: ca({ extendedKeyUsage: ['clientAuth', 'serverAuth'] }) })
  }),
  odd('an issuer name that is not the issuer’s', 'names chain (6.1.3 a 4)', ['untrusted_issuer'], {
    issuerName: 'somebody else',
  }),
  odd(
    'a signature by a stranger',
    'the issuer did not sign it (6.1.3 a 1)',
    ['bad_signature'],
    ({ leaf }) => {
      return leaf({ signingKey: generateKey('p256') })
    },
  ),
  odd(
    'a signature with one bit turned over',
    'the issuer did not sign it (6.1.3 a 1)',
    ['bad_signature'],
    { flipSignatureBit: 200 },
  ),
  odd(
    'an issuer whose signature is spoilt',
    'every link counts (6.1.3 a 1)',
    ['bad_signature'],
    ({ ca, leaf }) => {
      return leaf({ issuer: ca({ flipSignatureBit: 200 }) })
    },
  ),
  odd(
    'a path length of the issuer exceeded',
    'one CA too many (6.1.4 l)',
    ['path_length_exceeded'],
    ({ ca, leaf }) => {
      const first = ca({ subject: 'first', pathLength: 0 })
      return leaf({ issuer: ca({ subject: 'second', issuer: first }) })
    },
  ),
  odd(
    'a path length of a CA further up exceeded',
    'it counts all below (6.1.4 l)',
    ['path_length_exceeded'],
    ({ ca, leaf }) => {
      const first = ca({ subject: 'first', pathLength: 1 })
      const second = ca({ subject: 'second', issuer: first, pathLength: 9 })
      return leaf({ issuer: ca({ subject: 'third', issuer: second }) })
    },
  ),
  odd(
    'a self-issued CA does not count',
    'only others count against the path length (6.1.4 l)',
    [],
    ({ ca, leaf }) => {
      const first = ca({ subject: 'first', pathLength: 0 })
      return leaf({ issuer: ca({ subject: 'first', issuer: first, pathLength: 0 }) })
    },
  ),
]

/** Dates at their edges, and signatures that no longer count. */
const TIME_AND_STRENGTH_CASES = [
  odd(
    'expired a second ago',
    'notAfter is the last moment (4.1.2.5)',
    ['expired'],
    ({ at, leaf }) => leaf({ notAfter: new Date(at.getTime() - SECOND) }),
  ),
  odd('in its last second', 'notAfter is inclusive (4.1.2.5)', [], ({ at, leaf }) =>
    leaf({ notAfter: at }),
  ),
  odd(
    'valid from the next second',
    'notBefore is the first moment (4.1.2.5)',
    ['not_yet_valid'],
    ({ at, leaf }) => leaf({ notBefore: new Date(at.getTime() + SECOND) }),
  ),
  odd('in its first second', 'notBefore is inclusive (4.1.2.5)', [], ({ at, leaf }) =>
    leaf({ notBefore: at }),
  ),
  odd(
    'under an expired CA',
    'every certificate of the path counts (6.1.3 a 2)',
    ['expired'],
    ({ at, ca, leaf }) => {
      return leaf({ issuer: ca({ notAfter: new Date(at.getTime() - DAY) }) })
    },
  ),
  odd(
    'under a CA of the future',
    'every certificate of the path counts (6.1.3 a 2)',
    ['not_yet_valid'],
    ({ at, ca, leaf }) => {
      return leaf({ issuer: ca({ notBefore: new Date(at.getTime() + DAY) }) })
    },
  ),
  odd('signed with SHA-1', 'SHA-1 is off', ['weak_signature'], { signature: { hash: 'sha1' } }),
  odd(
    'under a CA signed with SHA-1',
    'every signature of the path counts',
    ['weak_signature'],
    ({ ca, leaf }) => {
      return leaf({ issuer: ca({ signature: { hash: 'sha1' } }) })
    },
  ),
  odd('signed with MD5', 'MD5 is off', ['weak_signature'], ({ ca, leaf }) => {
    return leaf({ issuer: ca({ key: 'rsa2048', freshKey: false }), signature: { hash: 'md5' } })
  }),
  odd('under a CA of RSA 1024', 'every key of the path counts', ['weak_key'], ({ ca, leaf }) =>
    leaf({ issuer: ca({ key: 'rsa1024', freshKey: false }) }),
  ),
  odd('under a CA on secp256k1', 'every key of the path counts', ['weak_key'], ({ ca, leaf }) =>
    leaf({ issuer: ca({ key: 'secp256k1' }) }),
  ),
]

/** Strangers. */
const STRANGER_CASES = [
  odd(
    'an unknown CA, with its chain',
    'no path to an anchor',
    ['untrusted_issuer'],
    ({ issue, leaf }) => {
      const root = issue({ subject: 'Unknown Root', ca: true })
      const issuer = issue({ subject: 'Unknown CA', ca: true, issuer: root })
      return { leaf: leaf({ issuer }), chain: [issuer, root] }
    },
  ),
  odd(
    'an unknown CA, without its chain',
    'no path to an anchor',
    ['untrusted_issuer'],
    ({ issue, leaf }) => {
      return { leaf: leaf({ issuer: issue({ subject: 'Unknown CA', ca: true }) }), chain: [] }
    },
  ),
  odd('a chain with a hole', 'the intermediate is missing', ['untrusted_issuer'], ({ leaf }) => ({
    leaf: leaf(),
    chain: [],
  })),
  odd(
    'a root of the same name',
    'another key under the anchor’s name',
    ['bad_signature', 'untrusted_issuer', 'forged_ca_name'],
    ({ issue, root, leaf }) => {
      const forged = issue({ subject: root.subject, ca: true, serialNumber: 1n })
      return { leaf: leaf({ issuer: forged }), chain: [forged] }
    },
  ),
  odd(
    'an intermediate of the same name',
    'another key under the intermediate’s name',
    ['bad_signature', 'untrusted_issuer', 'forged_ca_name'],
    ({ issue, intermediate, leaf }) => {
      const forged = issue({ subject: intermediate.subject, ca: true })
      return { leaf: leaf({ issuer: forged }), chain: [forged, intermediate] }
    },
  ),
  odd(
    'no anchors at all',
    'without anchors nothing is CA-verified',
    ['untrusted_issuer'],
    ({ leaf }) => ({ leaf: leaf(), anchors: [] }),
  ),
  odd(
    'somebody else’s good chain',
    'identity never comes from the pool',
    ['untrusted_issuer', 'bad_signature'],
    ({ issue, leaf, intermediate }) => {
      const issuer = issue({ subject: 'Unknown CA', ca: true })
      return { leaf: leaf({ issuer }), chain: [leaf(), intermediate] }
    },
  ),
]

/** Faults of the path from leaf to anchor. */
export const CHAIN_CASES = [...LINK_CASES, ...TIME_AND_STRENGTH_CASES, ...STRANGER_CASES]
