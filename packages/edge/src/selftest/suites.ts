import type { TlsProfile } from '../configuration/types.js'
import { TLS_PROFILES } from '../front/index.js'

/** What a server certificate's key can do: `ec` stands for Ed25519 too, which TLS 1.2 serves by the same suites. */
export type ServerKey = 'rsa' | 'ec'

interface OwnSuite {
  readonly code: number
  /** The key that it needs; null: any, as in TLS 1.3. */
  readonly key: ServerKey | null
}

/** Every suite that a profile may name, by OpenSSL's name. */
const OWN_SUITES: Readonly<Record<string, OwnSuite>> = {
  TLS_AES_128_GCM_SHA256: { code: 0x1301, key: null },
  TLS_AES_256_GCM_SHA384: { code: 0x1302, key: null },
  TLS_CHACHA20_POLY1305_SHA256: { code: 0x1303, key: null },
  'ECDHE-ECDSA-AES128-GCM-SHA256': { code: 0xc02b, key: 'ec' },
  'ECDHE-ECDSA-AES256-GCM-SHA384': { code: 0xc02c, key: 'ec' },
  'ECDHE-RSA-AES128-GCM-SHA256': { code: 0xc02f, key: 'rsa' },
  'ECDHE-RSA-AES256-GCM-SHA384': { code: 0xc030, key: 'rsa' },
}

/** A suite of a profile. */
export interface ProfileSuite extends OwnSuite {
  readonly name: string
}

/**
 * The suites of a profile, the preferred ones first, from the very list that the front gives to OpenSSL.
 *
 * @throws Error where the profile names one that is not in the table above
 */
export function suitesOf(profile: TlsProfile): readonly ProfileSuite[] {
  const { ciphers = '' } = TLS_PROFILES[profile]
  return ciphers.split(':').map((name) => {
    const suite = OWN_SUITES[name]
    if (suite === undefined) throw new Error(`the selftest does not know the suite ${name}`)
    return { name, ...suite }
  })
}

/** First bytes of all suites that IANA has assigned, and of the ones that old servers made up (0xfe, 0xff). */
const BLOCKS = [0x00, 0x13, 0xc0, 0xc1, 0xcc, 0xd0, 0xfe, 0xff]
/** No suites but signals: TLS_EMPTY_RENEGOTIATION_INFO_SCSV. (TLS_FALLBACK_SCSV is in no block.) */
const SIGNALS = [0x00ff]

/**
 * Every suite that a server could know, less the profile's own and the signals: some 2,000, which fit into one record.
 *
 * @see https://www.iana.org/assignments/tls-parameters
 */
export function foreignSuitesOf(profile: TlsProfile): readonly number[] {
  const own = suitesOf(profile).map(({ code }) => code)
  const left = new Set([...own, ...SIGNALS])
  return BLOCKS.flatMap((block) =>
    Array.from({ length: 0x100 }, (_, low) => block * 0x100 + low),
  ).filter((code) => !left.has(code))
}
