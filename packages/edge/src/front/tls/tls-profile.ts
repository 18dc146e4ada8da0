import { constants } from 'node:crypto'
import { createSecureContext, type SecureContextOptions } from 'node:tls'

/** The profiles an operator may choose from. */
export type TlsProfileName = 'fapi2' | 'fapi1-advanced'

/** What a profile gives to Node's TLS: the part of the secure context that is the same for every host. */
export type TlsProfile = Readonly<
  Required<
    Pick<
      SecureContextOptions,
      | 'minVersion'
      | 'maxVersion'
      | 'ciphers'
      | 'ecdhCurve'
      | 'sigalgs'
      | 'honorCipherOrder'
      | 'secureOptions'
    >
  >
>

/**
 * All of TLS 1.3 but the CCM suites: RFC 9325 section 4.2 and both FAPI profiles leave them as they are. AES-128 stands before AES-256,
 * here and in TLS 1.2: RFC 9325 recommends them alike, and the keys of a handshake are derived by hashes, of which processors have
 * SHA-256 built in, not SHA-384.
 */
const TLS_1_3_SUITES = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
]

/** FAPI 1.0 Advanced section 8.5 also allows DHE-RSA; its conformance suite warns about it, so it stays out. */
const ECDHE_RSA_SUITES = ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384']

const ECDHE_ECDSA_SUITES = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384']

const TLS_1_2_SUITES = {
  fapi2: [...ECDHE_ECDSA_SUITES, ...ECDHE_RSA_SUITES],
  'fapi1-advanced': ECDHE_RSA_SUITES,
} satisfies Record<TlsProfileName, readonly string[]>

/**
 * What both sides may sign with. The list also limits the client's CertificateVerify, so every kind of key that the
 * verifier takes must be here: RSA (PSS, and PKCS #1 for TLS 1.2), P-256, P-384, P-521, Ed25519. No SHA-1.
 */
const SIGNATURE_ALGORITHMS = [
  'ecdsa_secp256r1_sha256',
  'ecdsa_secp384r1_sha384',
  'ecdsa_secp521r1_sha512',
  'ed25519',
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pss_pss_sha256',
  'rsa_pss_pss_sha384',
  'rsa_pss_pss_sha512',
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
]

const POST_QUANTUM_GROUP = 'X25519MLKEM768'
const CLASSIC_GROUPS = ['X25519', 'P-256', 'P-384']

/**
 * No renegotiation (CVE-2009-3555 and its kin) and no compression (CRIME). No tickets, unless a host may resume sessions:
 * with OpenSSL that means none of TLS 1.2, and in TLS 1.3 two that hold nothing but a number, which no cache of ours knows.
 */
const SECURE_OPTIONS =
  constants.SSL_OP_NO_RENEGOTIATION |
  constants.SSL_OP_NO_COMPRESSION |
  constants.SSL_OP_NO_TICKET |
  constants.SSL_OP_NO_SSLv2 |
  constants.SSL_OP_NO_SSLv3 |
  constants.SSL_OP_NO_TLSv1 |
  constants.SSL_OP_NO_TLSv1_1

const groups = [...(hasGroup(POST_QUANTUM_GROUP) ? [POST_QUANTUM_GROUP] : []), ...CLASSIC_GROUPS]

/**
 * The profiles: FAPI 2.0 with BCP 195, and FAPI 1.0 Advanced.
 *
 * @see https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.2
 * @see https://openid.net/specs/openid-financial-api-part-2-1_0.html#section-8.5
 * @see https://www.rfc-editor.org/rfc/rfc9325#section-4.2
 */
export const TLS_PROFILES: Readonly<Record<TlsProfileName, TlsProfile>> = Object.freeze({
  fapi2: createProfile('fapi2'),
  'fapi1-advanced': createProfile('fapi1-advanced'),
})

function createProfile(name: TlsProfileName): TlsProfile {
  return Object.freeze({
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: [...TLS_1_3_SUITES, ...TLS_1_2_SUITES[name]].join(':'),
    ecdhCurve: groups.join(':'),
    sigalgs: SIGNATURE_ALGORITHMS.join(':'),
    honorCipherOrder: true,
    secureOptions: SECURE_OPTIONS,
  })
}

/** OpenSSL before 3.5 has no ML-KEM, and refuses a whole list that names a group it does not know. */
function hasGroup(group: string): boolean {
  try {
    createSecureContext({ ecdhCurve: group })
    return true
  } catch {
    return false
  }
}
