import { X509Certificate } from 'node:crypto'
import { DER_SEQUENCE, decodePem, findPemBlocks } from './pem.js'

/** What files in DER hold that people name where PEM is wanted. */
export type DerContent = 'certificate' | 'private key' | 'PKCS #12' | 'PKCS #7'

/** RFC 7292 section 4: a PFX begins with its version, 3. */
const VERSION_3 = Buffer.from('020103', 'hex')

/** RFC 5958, RFC 8017 and RFC 5915: a private key begins with its version, 0 or 1. */
const KEY_VERSIONS = [Buffer.from('020100', 'hex'), Buffer.from('020101', 'hex')]

/** RFC 2315 section 14: signedData, 1.2.840.113549.1.7.2. */
const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex')

/** Recognises a file by its first bytes, for a message alone: nothing is verified, and a damaged file may be of a kind, too. */
export function recognizeDer(bytes: Uint8Array): DerContent | null {
  if (bytes[0] !== DER_SEQUENCE) return null
  const length = bytes[1] ?? 0
  const content = Buffer.from(bytes.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f)))
  const begins = (start: Buffer): boolean => content.subarray(0, start.length).equals(start)
  if (begins(VERSION_3)) return 'PKCS #12'
  if (begins(SIGNED_DATA)) return 'PKCS #7'
  if (KEY_VERSIONS.some(begins)) return 'private key'
  return isCertificate(bytes) ? 'certificate' : null
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return new X509Certificate(der).raw.length > 0
  } catch {
    return false
  }
}

type Wanted = 'certificate' | 'private key'

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
  if (labels.includes('PKCS7')) return 'is a PKCS #7 bundle'
  if (labels[0] !== undefined) return `holds ${labels[0]}`
  return describeBytes(bytes)
}

function describeBytes(bytes: Uint8Array): string {
  const content = recognizeDer(bytes)
  if (content === 'PKCS #12') return 'is a PKCS #12 archive'
  if (content === 'PKCS #7') return 'is a PKCS #7 bundle'
  if (content !== null) return `holds a ${content} in DER`
  return bytes[0] === DER_SEQUENCE ? 'is in DER, not in PEM' : 'is not in PEM'
}

/** Says for people which command makes PEM out of a file that has what is wanted in another form; `null` where none is known. */
export function describeConversion(bytes: Uint8Array, wanted: Wanted): string | null {
  const isPem = findPemBlocks(decodePem(bytes)).some(({ label }) => label === 'PKCS7')
  const content = isPem ? 'PKCS #7' : recognizeDer(bytes)
  if (content === 'PKCS #12') {
    const part = wanted === 'certificate' ? '-nokeys' : '-nocerts -nodes'
    return `openssl pkcs12 -in FILE ${part} -out NEW_FILE`
  }
  if (content === 'PKCS #7' && wanted === 'certificate') {
    return `openssl pkcs7 ${isPem ? '' : '-inform der '}-print_certs -in FILE -out NEW_FILE`
  }
  if (content !== wanted) return null
  return `openssl ${wanted === 'certificate' ? 'x509' : 'pkey'} -inform der -in FILE -out NEW_FILE`
}

/** What is wrong with a file in which no block of the wanted kind stands, and how to mend it. */
export function describeMismatch(
  bytes: Uint8Array,
  wanted: Wanted,
): { readonly message: string; readonly conversion: string | null } {
  const conversion = describeConversion(bytes, wanted)
  if (conversion === null) {
    return { message: `${describeContent(bytes)}, and no ${wanted}`, conversion }
  }
  const is = recognizeDer(bytes) === wanted ? 'is in DER' : describeContent(bytes)
  return {
    message: `${is}, and PEM is wanted`,
    conversion: `turn it into PEM (\`${conversion}\`), and name that`,
  }
}
