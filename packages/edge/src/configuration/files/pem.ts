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

/** Says for people what a file is that holds no block of the wanted kind. */
export function describeContent(bytes: Uint8Array): string {
  const labels = findPemBlocks(decodePem(bytes)).map((block) => block.label)
  if (labels.some((label) => label.endsWith('PRIVATE KEY'))) return 'holds a private key'
  if (labels.includes('CERTIFICATE REQUEST') || labels.includes('NEW CERTIFICATE REQUEST')) {
    return 'holds a certificate request'
  }
  if (labels.includes('CERTIFICATE')) return 'holds a certificate'
  if (labels.includes('X509 CRL')) return 'holds a CRL'
  if (labels.includes('PUBLIC KEY')) return 'holds a public key'
  if (labels.includes('PKCS7')) return 'holds a PKCS #7 bundle'
  if (labels[0] !== undefined) return `holds ${labels[0]}`
  if (bytes[0] === DER_SEQUENCE) return 'is in DER or PKCS #12, not in PEM'
  return 'is not in PEM'
}

/** Every certificate, key and CRL in DER begins with it. */
export const DER_SEQUENCE = 0x30

/** PEM is ASCII; what is not turns into characters that no block has. */
export const decodePem = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)
