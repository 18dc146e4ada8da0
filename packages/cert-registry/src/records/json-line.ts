import { parseThumbprint } from '@mtls-edge/path-validation'
import { InvalidInputError } from '../errors.js'
import type { ImportedRegistration } from '../store.js'
import { normalizeDomain } from './domain.js'
import { readLabels } from './labels.js'
import { readCertificates } from './read-certificates.js'
import type { CertificateFacts, Registration } from './registration.js'
import { isRegistrationState, REGISTRATION_STATES, type RegistrationState } from './state.js'

/** Writes an entry as one line of JSON, without the line's end. `readRegistrationLine` reads it back. */
export function writeRegistrationLine(registration: Registration): string {
  const { domain, thumbprint, state, certificate, clientName, owner, notes } = registration
  return JSON.stringify({
    domain,
    thumbprint,
    state,
    subject: certificate?.subject ?? null,
    notAfter: certificate?.notAfter.toISOString() ?? null,
    clientName,
    owner,
    notes,
    createdAt: registration.createdAt.toISOString(),
    changedAt: registration.changedAt.toISOString(),
    pem: certificate?.pem ?? null,
  })
}

/**
 * Reads a line of an import: an object with `pem`, `thumbprint` or both, and `domain`, `state` (default `active`),
 * `clientName`, `owner`, `notes`. What a certificate says is read from its PEM alone; other keys are passed over.
 *
 * @param domain - where the line names none
 * @throws FST_CERT_REGISTRY_INVALID_INPUT, FST_CERT_REGISTRY_PRIVATE_KEY
 */
export function readRegistrationLine(line: string, domain?: string): ImportedRegistration {
  const fields = parseObject(line)
  const certificate = readCertificateOf(fields)
  return {
    domain: readDomain(fields.domain, domain),
    thumbprint: readThumbprintOf(fields, certificate),
    state: readState(fields.state),
    certificate,
    ...readLabels({
      clientName: readString(fields, 'clientName'),
      owner: readString(fields, 'owner'),
      notes: readString(fields, 'notes'),
    }),
  }
}

interface LineFields {
  readonly domain?: unknown
  readonly thumbprint?: unknown
  readonly state?: unknown
  readonly pem?: unknown
  readonly clientName?: unknown
  readonly owner?: unknown
  readonly notes?: unknown
}

function parseObject(line: string): LineFields {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    // The parser's own message quotes the text, which may be a key that was given by mistake.
    throw new InvalidInputError('not JSON')
  }
  if (!isObject(value)) throw new InvalidInputError('not a JSON object')
  return value
}

function isObject(value: unknown): value is LineFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readCertificateOf(fields: LineFields): CertificateFacts | null {
  const pem = readString(fields, 'pem')
  if (pem === null) return null
  const [certificate, ...others] = readCertificates(pem)
  if (certificate === undefined || others.length > 0) {
    throw new InvalidInputError('"pem" must hold one certificate')
  }
  return certificate
}

function readThumbprintOf(fields: LineFields, certificate: CertificateFacts | null): string {
  const text = readString(fields, 'thumbprint')
  if (text === null) {
    if (certificate === null) throw new InvalidInputError('neither "pem" nor "thumbprint"')
    return certificate.thumbprint
  }
  const thumbprint = parseThumbprint(text)
  if (thumbprint === null) throw new InvalidInputError('"thumbprint" is not a SHA-256 thumbprint')
  if (certificate !== null && certificate.thumbprint !== thumbprint) {
    throw new InvalidInputError('"thumbprint" is not the one of "pem"')
  }
  return thumbprint
}

function readDomain(value: unknown, fallback: string | undefined): string {
  const domain = value ?? fallback
  if (typeof domain !== 'string' || domain === '') throw new InvalidInputError('no "domain"')
  return normalizeDomain(domain)
}

function readState(value: unknown): RegistrationState {
  if (value === undefined) return 'active'
  if (isRegistrationState(value)) return value
  throw new InvalidInputError(`"state" must be one of ${REGISTRATION_STATES.join(', ')}`)
}

function readString(fields: LineFields, name: keyof LineFields): string | null {
  const value = fields[name] ?? null
  if (value === null || typeof value === 'string') return value
  throw new InvalidInputError(`"${name}" must be a string`)
}
