import { X509Certificate } from 'node:crypto'
import { describeLocation } from '@mtls-edge/cert-registry'
import { type EdgeConfiguration, Secret } from '../configuration/index.js'

/** What the configuration has beside what stands in the file. */
const NOT_OF_THE_FILE: readonly string[] = ['file', 'namedFiles', 'warnings']

const SHOWN_SECRET = '[secret]'
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The configuration in force as plain data, nested as in the file and with every default, without a secret: those are held
 * in `Secret`; what looks like one all the same is left out too.
 */
export function describeEffective(configuration: EdgeConfiguration): Record<string, unknown> {
  const { registry } = configuration
  const values = Object.entries(configuration)
    .filter(([key]) => !NOT_OF_THE_FILE.includes(key))
    .map(([key, value]) => [key, describe(value)])
  const described: Record<string, unknown> = Object.fromEntries(values)
  if (registry === null) return described
  const url = describeLocation(registry.url.reveal())
  return { ...described, registry: { url, maxStaleness: registry.maxStaleness } }
}

function describe(value: unknown): unknown {
  if (value instanceof Secret) return SHOWN_SECRET
  if (typeof value === 'string') return describeText(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(describe)
  if (typeof value !== 'object' || value === null) return value ?? null
  if ('der' in value) return describeParsed(value)
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, describe(part)]))
}

/** Certificates in words. A key, or a URL with a password, is nothing that belongs outside of a `Secret`. */
function describeText(text: string): unknown {
  const certificates = text.match(CERTIFICATES)
  if (certificates !== null) return certificates.map(describePem)
  const isKey = text.includes('PRIVATE KEY-----')
  return isKey || (URL.canParse(text) && new URL(text).password !== '') ? SHOWN_SECRET : text
}

function describePem(pem: string) {
  const { subject, issuer, validToDate, fingerprint256 } = new X509Certificate(pem)
  return {
    subject: subject.replaceAll('\n', ','),
    issuer: issuer.replaceAll('\n', ','),
    notAfter: validToDate.toISOString(),
    thumbprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}

/** A certificate or a list that was read: a few of its fields, never its bytes. */
function describeParsed(value: object): unknown {
  const fields: [string, unknown][] = []
  for (const key of [
    'file',
    'subject',
    'issuer',
    'notAfter',
    'thumbprint',
    'thisUpdate',
    'nextUpdate',
  ]) {
    const part: unknown = Reflect.get(value, key)
    if (part !== undefined) fields.push([key, describeName(part)])
  }
  const crl: unknown = Reflect.get(value, 'crl')
  const more = typeof crl === 'object' && crl !== null ? describeParsed(crl) : {}
  return { ...Object.fromEntries(fields), ...(typeof more === 'object' ? more : {}) }
}

const describeName = (part: unknown): unknown =>
  typeof part === 'object' && part !== null && 'text' in part ? part.text : describe(part)
