import { DerError } from '../../der/error.js'
import { readBoolean, readOid } from '../../der/primitive.js'
import { DerReader, TAG } from '../../der/reader.js'
import type { Extension, Extensions } from '../extensions.js'
import { readAccessDescriptions } from './access.js'
import { readAlternativeNames } from './alternative-names.js'
import { readDistributionPoints } from './distribution-points.js'
import { readAuthorityKeyIdentifier, readSubjectKeyIdentifier } from './key-identifiers.js'
import { readNameConstraints } from './name-constraints.js'
import {
  readInhibitAnyPolicy,
  readPolicies,
  readPolicyConstraints,
  readPolicyMappings,
} from './policies.js'
import { readBasicConstraints, readExtendedKeyUsage, readKeyUsage } from './usage.js'

type Typed = Omit<Extensions, 'unknownCritical' | 'all'>
type Read = (value: DerReader, extension: Extension) => Partial<Typed>

/** What is read of which extension. `value` is a reader over the OCTET STRING, and each must read all of it. */
const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['2.5.29.14', (value) => ({ subjectKeyIdentifier: readSubjectKeyIdentifier(value) })],
  ['2.5.29.15', (value) => ({ keyUsage: readKeyUsage(value) })],
  ['2.5.29.17', (value) => ({ subjectAlternativeNames: readAlternativeNames(value, 'SAN') })],
  ['2.5.29.18', (value) => ({ issuerAlternativeNames: readAlternativeNames(value, 'IAN') })],
  ['2.5.29.19', (value) => ({ basicConstraints: readBasicConstraints(value) })],
  ['2.5.29.30', (value) => ({ nameConstraints: readNameConstraints(value) })],
  ['2.5.29.31', (value) => ({ crlDistributionPoints: readDistributionPoints(value) })],
  ['2.5.29.32', (value, { critical }) => ({ policies: readPolicies(value, critical) })],
  ['2.5.29.33', (value) => ({ policyMappings: readPolicyMappings(value) })],
  ['2.5.29.35', (value) => ({ authorityKeyIdentifier: readAuthorityKeyIdentifier(value) })],
  ['2.5.29.36', (value) => ({ policyConstraints: readPolicyConstraints(value) })],
  ['2.5.29.37', (value) => ({ extendedKeyUsage: readExtendedKeyUsage(value) })],
  ['2.5.29.46', (value) => ({ freshestCrl: readDistributionPoints(value) })],
  ['2.5.29.54', (value) => ({ inhibitAnyPolicy: readInhibitAnyPolicy(value) })],
  ['1.3.6.1.5.5.7.1.1', (value) => ({ authorityInformationAccess: readAccessDescriptions(value) })],
])

const NONE: Typed = {
  basicConstraints: null,
  keyUsage: null,
  extendedKeyUsage: null,
  subjectAlternativeNames: null,
  issuerAlternativeNames: null,
  nameConstraints: null,
  policies: null,
  policyMappings: null,
  policyConstraints: null,
  inhibitAnyPolicy: null,
  crlDistributionPoints: null,
  freshestCrl: null,
  authorityInformationAccess: null,
  subjectKeyIdentifier: null,
  authorityKeyIdentifier: null,
}

/** The extensions of a certificate that has none. */
export const NO_EXTENSIONS: Extensions = Object.freeze({ ...NONE, unknownCritical: [], all: [] })

/**
 * Reads the `Extensions` sequence of a certificate. One that this package interprets must be well formed, critical or
 * not: a constraint that can't be read is not one that isn't there.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2
 */
export function readCertificateExtensions(list: DerReader): Extensions {
  const all = readExtensionList(list)
  const typed: Typed = { ...NONE }
  const unknownCritical: string[] = []
  for (const extension of all) {
    const read = READERS.get(extension.oid)
    if (read === undefined) {
      if (extension.critical) unknownCritical.push(extension.oid)
      continue
    }
    const value = new DerReader(extension.value)
    Object.assign(typed, read(value, extension))
    value.expectEnd(`extension ${extension.oid}`)
  }
  return Object.freeze(Object.assign(typed, { unknownCritical, all }))
}

/** Reads a sequence of extensions without interpreting them: one at least, and none of them twice. */
export function readExtensionList(list: DerReader): readonly Extension[] {
  const all: Extension[] = []
  const seen = new Set<string>()
  while (!list.isAtEnd) {
    const pair = list.read(TAG.sequence, 'extension')
    const oid = readOid(pair, 'extension')
    const hasCritical = pair.peek() === TAG.boolean
    const critical = hasCritical && readBoolean(pair, `extension ${oid}`)
    // X.690 section 11.5: a value that is the default is left out.
    if (hasCritical && !critical) throw new DerError(`extension ${oid}: a default that is written`)
    const value = pair.read(TAG.octetString, `extension ${oid}`).contents()
    pair.expectEnd(`extension ${oid}`)
    if (seen.has(oid)) throw new DerError(`extension ${oid}: it stands there twice`)
    seen.add(oid)
    all.push({ oid, critical, value })
  }
  if (all.length === 0) throw new DerError('extensions: an empty list')
  return all
}
