import { foreignSuitesOf } from './suites.js'

/** Every suite that a profile could forbid or allow: offered with old versions. */
export const OLD_SUITES: readonly number[] = [
  ...foreignSuitesOf('fapi2'),
  0xc02b,
  0xc02c,
  0xc02f,
  0xc030,
]

/** X25519, P-256, P-384, P-521, X448, secp256k1, and the finite fields: a refusal must not be for want of a group. */
export const ANY_GROUP = [
  0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x0016, 0x0100, 0x0101, 0x0102,
] as const

/** What servers sign with today, then SHA-1 and DSA: a refusal must not be for want of a signature algorithm. */
export const ANY_SIGNATURE = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401,
  0x0501, 0x0601, 0x0201, 0x0203, 0x0202, 0x0402,
] as const

/** What an honest client of today offers. */
export const MODERN_SIGNATURES = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501,
  0x0601,
] as const

export const TLS_1_2 = 0x0303
export const TLS_1_3 = 0x0304
