import type { CertificateOptions } from '@mtls-edge/testkit'

/** Whom our verdicts are compared with. */
export type Engine = 'openssl' | 'gnutls'

/** A chain of three by what is odd in it, and who decides otherwise. */
export interface Chain {
  readonly root?: CertificateOptions
  readonly intermediate?: CertificateOptions
  readonly leaf?: CertificateOptions
  /** Left out of what the client sends. */
  readonly withoutIntermediate?: true
  /** Why an engine decides otherwise than ours: it must do so, or the explanation is out of date. */
  readonly differs?: Partial<Record<Engine, string>>
}

const PAST = new Date('2020-01-01T00:00:00Z')
const FUTURE = new Date('2099-01-01T00:00:00Z')
const dns = (name: string) => ({ subjectAlternativeNames: [{ dns: name }] })
const critical = (oid: string) => ({
  extraExtensions: [{ oid, critical: true, value: Buffer.of(5, 0) }],
})

const NO_CA_RULE = 'it has no such rule; ours keeps the holders of CA keys from being clients'
const CURVES = 'it allows every curve of enough strength; ours are those of FAPI and of browsers'
const KEY_IDENTIFIERS = 'it takes key identifiers for a rule; RFC 5280 has them to find the way'
const SERIALS = 'it reads any serial number; RFC 5280 wants 1 to 20 bytes, positive'
const ANCHOR_KEY = 'it does not ask this of an anchor'
const KEY_USAGE = 'it leaves key usage to the handshake'
const UNKNOWN_KEY = 'it does not look at a leaf whose key it does not know'
const SOME_FORMS = 'it knows constraints on some forms of name only'

/** The chains by what is odd in them. */
export const CHAINS: Readonly<Record<string, Chain>> = {
  'nothing odd': {},
  'no intermediate': { withoutIntermediate: true },
  'an expired leaf': { leaf: { notBefore: new Date(0), notAfter: PAST } },
  'a leaf of the future': { leaf: { notBefore: FUTURE, notAfter: FUTURE } },
  'an expired intermediate': { intermediate: { notBefore: new Date(0), notAfter: PAST } },
  'an expired root': { root: { notBefore: new Date(0), notAfter: PAST } },
  'a leaf signature that is off': { leaf: { flipSignatureBit: 99 } },
  'an intermediate signature that is off': { intermediate: { flipSignatureBit: 99 } },
  'a root signature that is off': { root: { flipSignatureBit: 99 } },
  'a leaf for servers': { leaf: { extendedKeyUsage: ['serverAuth'] } },
  'a leaf for any purpose': {
    leaf: { extendedKeyUsage: ['anyExtendedKeyUsage'] },
    differs: {
      openssl: 'it wants clientAuth by name; RFC 5280 lets anyExtendedKeyUsage stand for all',
    },
  },
  'a leaf without a purpose': { leaf: { extendedKeyUsage: null } },
  'an intermediate for servers': { intermediate: { extendedKeyUsage: ['serverAuth'] } },
  'a root for servers': {
    root: { extendedKeyUsage: ['serverAuth'] },
    differs: { gnutls: ANCHOR_KEY },
  },
  'a leaf that may not sign': {
    leaf: { keyUsage: ['keyEncipherment'] },
    differs: { gnutls: KEY_USAGE },
  },
  'a leaf for key agreement': {
    leaf: { keyUsage: ['keyAgreement'] },
    differs: {
      openssl: 'it still knows clients with static Diffie-Hellman, which TLS 1.3 does not',
      gnutls: KEY_USAGE,
    },
  },
  'an intermediate that may not sign certificates': { intermediate: { keyUsage: ['cRLSign'] } },
  'an intermediate without key usage': { intermediate: { keyUsage: null } },
  'an intermediate that is no CA': { intermediate: { ca: false, keyUsage: ['keyCertSign'] } },
  'an intermediate of version 1': { intermediate: { version: 1, extensions: 'none' } },
  'a root of version 1': { root: { version: 1, extensions: 'none' } },
  'a root without basic constraints': {
    root: { extensions: (made) => made.filter(({ oid }) => oid !== '2.5.29.19') },
    differs: {
      openssl: 'it takes a self-signed anchor that may sign certificates for a CA',
      gnutls: ANCHOR_KEY,
    },
  },
  'a CA as the leaf': { leaf: { ca: true }, differs: { gnutls: NO_CA_RULE } },
  'a CA as the leaf, with the usages of a leaf': {
    leaf: { ca: true, keyUsage: ['digitalSignature'] },
    differs: { openssl: NO_CA_RULE, gnutls: NO_CA_RULE },
  },
  'a path length of zero in the root': { root: { pathLength: 0 } },
  'a path length of zero in the intermediate': { intermediate: { pathLength: 0 } },
  'an unknown critical extension in the leaf': { leaf: critical('1.2.3.4') },
  'an unknown critical extension in the intermediate': { intermediate: critical('1.2.3.4') },
  'an unknown critical extension in the root': { root: critical('1.2.3.4') },
  'RSA 1024 in the leaf': {
    leaf: { key: 'rsa1024' },
    differs: { gnutls: 'its default level of security allows 1024 bits here' },
  },
  'RSA 2048 in the leaf': { leaf: { key: 'rsa2048' } },
  'Ed25519 in the leaf': { leaf: { key: 'ed25519' } },
  'Ed448 in the leaf': { leaf: { key: 'ed448' }, differs: { openssl: CURVES, gnutls: CURVES } },
  'secp256k1 in the leaf': {
    leaf: { key: 'secp256k1' },
    differs: { openssl: CURVES, gnutls: UNKNOWN_KEY },
  },
  'a curve that is spelt out': { leaf: { key: 'p256-explicit' }, differs: { gnutls: UNKNOWN_KEY } },
  'SHA-1 in the leaf': { leaf: { signature: { hash: 'sha1' } } },
  'SHA-224 in the leaf': {
    leaf: { signature: { hash: 'sha224' } },
    differs: {
      openssl: '112 bits of strength are its level 2; ours begins at SHA-256',
      gnutls: '112 bits of strength are enough for it; ours begins at SHA-256',
    },
  },
  'SHA-1 in the root': { root: { signature: { hash: 'sha1' } } },
  'a DNS name within': {
    intermediate: { nameConstraints: { permitted: [{ dns: 'bank.example' }] } },
    leaf: dns('a.bank.example'),
  },
  'a DNS name outside': {
    intermediate: { nameConstraints: { permitted: [{ dns: 'bank.example' }] } },
    leaf: dns('evil.example'),
  },
  'a DNS name that is excluded': {
    intermediate: { nameConstraints: { excluded: [{ dns: 'bank.example' }] } },
    leaf: dns('a.bank.example'),
  },
  "a DNS name outside of the root's constraint": {
    root: { nameConstraints: { permitted: [{ dns: 'bank.example' }] } },
    leaf: dns('evil.example'),
  },
  'an e-mail address outside': {
    intermediate: { nameConstraints: { permitted: [{ email: 'bank.example' }] } },
    leaf: { subjectAlternativeNames: [{ email: 'a@evil.example' }] },
  },
  'an e-mail address outside, in the subject': {
    intermediate: { nameConstraints: { permitted: [{ email: 'bank.example' }] } },
    leaf: { subject: [{ type: 'emailAddress', value: 'a@evil.example' }] },
  },
  'a directory name outside': {
    intermediate: { nameConstraints: { permitted: [{ directory: 'O=Bank' }] } },
    differs: { gnutls: SOME_FORMS },
  },
  'an IP address outside': {
    intermediate: { nameConstraints: { permitted: [{ ip: '192.0.2.0/24' }] } },
    leaf: { subjectAlternativeNames: [{ ip: '198.51.100.1' }] },
  },
  'a URI outside': {
    intermediate: { nameConstraints: { permitted: [{ uri: 'bank.example' }] } },
    leaf: { subjectAlternativeNames: [{ uri: 'https://evil.example/' }] },
    differs: { gnutls: SOME_FORMS },
  },
  'a constraint on a registered identifier': {
    intermediate: { nameConstraints: { excluded: [{ registeredId: '1.2.3' }] } },
    differs: {
      openssl:
        'it refuses where such a name stands below; ours refuses a constraint that it could not apply',
    },
  },
  'a policy required and missing': {
    intermediate: { policies: ['1.2.3.4'], policyConstraints: { requireExplicitPolicy: 0 } },
  },
  'a policy required and there': {
    intermediate: { policies: ['1.2.3.4'], policyConstraints: { requireExplicitPolicy: 0 } },
    leaf: { policies: ['1.2.3.4'] },
    differs: { gnutls: 'it does not know the critical extension policyConstraints' },
  },
  'an issuer name in other letters': {
    intermediate: { subject: 'CN=The  CA' },
    leaf: { issuerName: 'CN=the ca' },
    differs: { gnutls: 'it compares names byte by byte' },
  },
  'another issuer name': { leaf: { issuerName: 'CN=elsewhere' } },
  'a wrong key identifier': {
    leaf: { authorityKeyIdentifier: { keyIdentifier: Buffer.of(1) } },
    differs: { openssl: KEY_IDENTIFIERS, gnutls: KEY_IDENTIFIERS },
  },
  'the serial number zero': {
    leaf: { serialNumber: 0 },
    differs: { openssl: SERIALS, gnutls: SERIALS },
  },
  'a negative serial number': {
    leaf: { serialNumber: -5 },
    differs: { openssl: SERIALS, gnutls: SERIALS },
  },
  'a serial number of 21 bytes': {
    leaf: { serialNumber: Buffer.alloc(21, 0x41) },
    differs: { openssl: SERIALS, gnutls: SERIALS },
  },
  'an extension twice': { leaf: { extensions: (made) => [...made, ...made.slice(0, 1)] } },
  'an outer algorithm unlike the inner one': {
    leaf: { outerAlgorithm: Buffer.from('300a06082a8648ce3d040303', 'hex') },
  },
  'RSASSA-PSS': { intermediate: { key: 'rsa2048' }, leaf: { signature: { pss: true } } },
}
