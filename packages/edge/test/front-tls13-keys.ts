import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import { record, uint8, uint16, vector8 } from './front-hello.ts'

/** TLS_AES_128_GCM_SHA256 throughout. RFC 8446 section 7.1. */
const KEY_LENGTH = 16
const IV_LENGTH = 12
const HASH_LENGTH = 32
const TAG_LENGTH = 16

export function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

function expandLabel(secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const info = Buffer.concat([
    uint16(length),
    vector8(Buffer.from(`tls13 ${label}`)),
    vector8(context),
  ])
  return hmac(secret, Buffer.concat([info, uint8(1)])).subarray(0, length)
}

function deriveSecret(secret: Buffer, label: string, transcript: Buffer): Buffer {
  return expandLabel(secret, label, sha256(transcript), HASH_LENGTH)
}

const EMPTY = Buffer.alloc(0)
const ZEROS = Buffer.alloc(HASH_LENGTH)

/** The secret that both directions of the handshake come from. */
export function handshakeSecret(shared: Buffer): Buffer {
  const early = hmac(ZEROS, ZEROS)
  return hmac(deriveSecret(early, 'derived', EMPTY), shared)
}

export function trafficSecrets(secret: Buffer, phase: 'hs' | 'ap', transcript: Buffer) {
  return {
    client: deriveSecret(secret, `c ${phase} traffic`, transcript),
    server: deriveSecret(secret, `s ${phase} traffic`, transcript),
  }
}

export function masterSecret(handshake: Buffer): Buffer {
  return hmac(deriveSecret(handshake, 'derived', EMPTY), ZEROS)
}

export function finishedBody(trafficSecret: Buffer, transcript: Buffer): Buffer {
  return hmac(expandLabel(trafficSecret, 'finished', EMPTY, HASH_LENGTH), sha256(transcript))
}

/** Protects the records of one direction. */
export class RecordCipher {
  readonly #key: Buffer
  readonly #iv: Buffer
  #sequence = 0

  constructor(trafficSecret: Buffer) {
    this.#key = expandLabel(trafficSecret, 'key', EMPTY, KEY_LENGTH)
    this.#iv = expandLabel(trafficSecret, 'iv', EMPTY, IV_LENGTH)
  }

  #nonce(): Buffer {
    const nonce = Buffer.from(this.#iv)
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#sequence) >>> 0, 8)
    this.#sequence += 1
    return nonce
  }

  seal(type: number, content: Buffer): Buffer {
    const inner = Buffer.concat([content, uint8(type)])
    const header = record(Buffer.alloc(inner.length + TAG_LENGTH), 23, 0x0303).subarray(0, 5)
    const cipher = createCipheriv('aes-128-gcm', this.#key, this.#nonce()).setAAD(header)
    return Buffer.concat([header, cipher.update(inner), cipher.final(), cipher.getAuthTag()])
  }

  open(sealed: Buffer): { readonly type: number; readonly content: Buffer } {
    const decipher = createDecipheriv('aes-128-gcm', this.#key, this.#nonce())
    decipher.setAAD(sealed.subarray(0, 5)).setAuthTag(sealed.subarray(-TAG_LENGTH))
    const inner = Buffer.concat([
      decipher.update(sealed.subarray(5, -TAG_LENGTH)),
      decipher.final(),
    ])
    return { type: inner.readUInt8(inner.length - 1), content: inner.subarray(0, -1) }
  }
}
