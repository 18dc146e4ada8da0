/** What a PEM file holds, by the labels of its blocks (`CERTIFICATE`, `PRIVATE KEY`). */
export interface PemBlock {
  readonly label: string
  /** From BEGIN to END. */
  readonly text: string
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g

/** Finds the blocks of a PEM text in their order. @see https://www.rfc-editor.org/rfc/rfc7468#section-2 */
export function findPemBlocks(text: string): readonly PemBlock[] {
  return [...text.matchAll(BLOCK)].map((match) => ({ label: match[1] ?? '', text: match[0] }))
}

/** Every certificate, key and CRL in DER begins with it. */
export const DER_SEQUENCE = 0x30

/** PEM is ASCII; what is not turns into characters that no block has. */
export const decodePem = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)
