import { randomBytes } from 'node:crypto'
import { list16, uint8, uint16, vector8, vector16 } from './bytes.js'

/** What may be chosen of a ClientHello. Defaults make one that OpenSSL answers with a ServerHello. */
export interface HelloOptions {
  readonly serverName?: string
  /** Replaces the whole content of the server_name extension. */
  readonly serverNameExtension?: Buffer
  /** Default: TLS 1.2, `0x0303`. */
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

const TLS_1_2 = 0x0303
const TLS_1_3 = 0x0304
const X25519 = 0x001d
const X25519_KEY_LENGTH = 32
const CLIENT_HELLO = 1
/** RFC 8446 section 5.1: no plaintext record is longer. */
const MAX_RECORD_PAYLOAD = 2 ** 14

const DEFAULT_SUITES = [0x1301, 0x1302, 0x1303, 0xc02f, 0xc030]
/** X25519, P-256, P-384. */
const DEFAULT_GROUPS = [X25519, 0x0017, 0x0018]
const DEFAULT_SIGNATURE_ALGORITHMS = [0x0403, 0x0503, 0x0804, 0x0805, 0x0401, 0x0501]

/**
 * A whole ClientHello as it goes over the wire, in as few records as it takes. Nothing is checked: whatever is asked for
 * is written, also what no honest client sends. The key that a share stands for is known to nobody.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2
 */
export function writeClientHello(options: HelloOptions = {}): Buffer {
  return writeRecords(writeHelloMessage(options))
}

/** The ClientHello message with its four bytes of header, outside any record. */
export function writeHelloMessage(options: HelloOptions = {}): Buffer {
  const extensions = listExtensions(options).map(([type, content]) =>
    Buffer.concat([uint16(type), vector16(content)]),
  )
  const body = Buffer.concat([
    uint16(options.legacyVersion ?? TLS_1_2),
    options.random ?? randomBytes(32),
    vector8(options.sessionId ?? Buffer.alloc(0)),
    vector16(list16(options.suites ?? DEFAULT_SUITES)),
    vector8(Buffer.from(options.compressions ?? [0])),
    ...(options.withoutExtensions ? [] : [vector16(...extensions)]),
  ])
  return writeMessage(CLIENT_HELLO, body)
}

function listExtensions(options: HelloOptions): readonly (readonly [number, Buffer])[] {
  const { serverName, versions } = options
  const name = options.serverNameExtension ?? (serverName && writeHostName(serverName))
  const shares = options.keyShares ?? (versions?.includes(TLS_1_3) && x25519Share())
  return [
    ...(name ? [[0, name] as const] : []),
    [10, vector16(list16(options.groups ?? DEFAULT_GROUPS))],
    // Points that are not compressed.
    [11, vector8(uint8(0))],
    [13, vector16(list16(options.signatureAlgorithms ?? DEFAULT_SIGNATURE_ALGORITHMS))],
    ...(versions ? [[43, vector8(list16(versions))] as const] : []),
    ...(shares ? [[51, shares] as const] : []),
    ...(options.extraExtensions ?? []),
  ]
}

/** Content of a server_name extension with one host name. */
export function writeHostName(name: string): Buffer {
  return vector16(uint8(0), vector16(Buffer.from(name, 'latin1')))
}

/** Content of a key_share extension with one share. */
export function writeKeyShare(group: number, key: Buffer): Buffer {
  return vector16(uint16(group), vector16(key))
}

/** Any 32 bytes are a public key of X25519. */
function x25519Share(): Buffer {
  return writeKeyShare(X25519, randomBytes(X25519_KEY_LENGTH))
}

/** A handshake message: type, length of three bytes, body. */
export function writeMessage(type: number, body: Buffer): Buffer {
  return Buffer.concat([uint8(type), uint8(body.length >> 16), uint16(body.length & 0xffff), body])
}

/** One record. The version of a record says nothing; `0x0301` is what first hellos carry. */
export function writeRecord(payload: Buffer, type = 22, version = 0x0301): Buffer {
  return Buffer.concat([uint8(type), uint16(version), vector16(payload)])
}

/** A message in records of at most `size` bytes of payload each. */
export function writeRecords(message: Buffer, size = MAX_RECORD_PAYLOAD): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < message.length; at += size) {
    parts.push(writeRecord(message.subarray(at, at + size)))
  }
  return Buffer.concat(parts)
}
