import { randomBytes } from 'node:crypto'

/** What a test may choose of a ClientHello. Defaults make one that OpenSSL answers with a ServerHello. */
export interface HelloOptions {
  readonly serverName?: string
  /** Replaces the whole content of the server_name extension. */
  readonly serverNameExtension?: Buffer
  readonly legacyVersion?: number
  /** Absent: no supported_versions extension, a hello of TLS 1.2 or below. */
  readonly versions?: readonly number[]
  readonly suites?: readonly number[]
  /** Default: the null method alone. */
  readonly compressions?: readonly number[]
  readonly groups?: readonly number[]
  readonly signatureAlgorithms?: readonly number[]
  /** Content of key_share. Default with TLS 1.3: one share for X25519. */
  readonly keyShares?: Buffer
  /** Type and content, after all others. */
  readonly extraExtensions?: readonly (readonly [number, Buffer])[]
  readonly withoutExtensions?: boolean
  readonly random?: Buffer
  readonly sessionId?: Buffer
}

export const SUITES = {
  tls13: [0x1301, 0x1302, 0x1303],
  ecdheRsaGcm: [0xc02f, 0xc030],
  ecdheEcdsaGcm: [0xc02b, 0xc02c],
} as const

export function uint8(value: number): Buffer {
  return Buffer.from([value])
}

export function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}

export function vector8(...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([uint8(content.length), content])
}

export function vector16(...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([uint16(content.length), content])
}

function list16(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(uint16))
}

/** Content of a server_name extension with one host name. */
export function hostName(name: string): Buffer {
  return vector16(uint8(0), vector16(Buffer.from(name, 'latin1')))
}

/** Extension lists that any client of today sends. */
function standardExtensions(options: HelloOptions): (readonly [number, Buffer])[] {
  const groups = options.groups ?? [0x001d, 0x0017, 0x0018]
  const algorithms = options.signatureAlgorithms ?? [0x0403, 0x0503, 0x0804, 0x0805, 0x0401, 0x0501]
  return [
    [10, vector16(list16(groups))],
    [11, vector8(uint8(0))],
    [13, vector16(list16(algorithms))],
  ]
}

/** A key_share with X25519 alone; any 32 bytes are a public key of it. */
function x25519Share(): Buffer {
  return keyShare(0x001d, randomBytes(32))
}

export function keyShare(group: number, key: Buffer): Buffer {
  return vector16(uint16(group), vector16(key))
}

/** The ClientHello message with its four bytes of header, outside any record. */
export function helloMessage(options: HelloOptions = {}): Buffer {
  const extensions = standardExtensions(options)
  const name = options.serverNameExtension ?? (options.serverName && hostName(options.serverName))
  if (name) extensions.unshift([0, name])
  if (options.versions) extensions.push([43, vector8(list16(options.versions))])
  const shares = options.keyShares ?? (options.versions?.includes(0x0304) && x25519Share())
  if (shares) extensions.push([51, shares])
  extensions.push(...(options.extraExtensions ?? []))
  const encoded = extensions.map(([type, data]) => Buffer.concat([uint16(type), vector16(data)]))
  const body = Buffer.concat([
    uint16(options.legacyVersion ?? 0x0303),
    options.random ?? randomBytes(32),
    vector8(options.sessionId ?? Buffer.alloc(0)),
    vector16(list16(options.suites ?? [...SUITES.tls13, ...SUITES.ecdheRsaGcm])),
    vector8(Buffer.from(options.compressions ?? [0])),
    ...(options.withoutExtensions ? [] : [vector16(...encoded)]),
  ])
  return handshakeMessage(1, body)
}

export function handshakeMessage(type: number, body: Buffer): Buffer {
  return Buffer.concat([uint8(type), uint8(body.length >> 16), uint16(body.length & 0xffff), body])
}

export function record(payload: Buffer, type = 22, version = 0x0301): Buffer {
  return Buffer.concat([uint8(type), uint16(version), vector16(payload)])
}

/** A message in records of at most `size` bytes of payload each. */
export function records(message: Buffer, size = 2 ** 14): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < message.length; at += size) {
    parts.push(record(message.subarray(at, at + size)))
  }
  return Buffer.concat(parts)
}

/** A whole ClientHello as it goes over the wire, in as few records as it takes. */
export function hello(options: HelloOptions = {}): Buffer {
  return records(helloMessage(options))
}
