import type { NamedFiles } from '../files/named-files.js'
import type { Place } from '../place.js'
import type { RawClientCertificates } from '../schema.js'
import type { AllowRules, DenyRules } from '../types.js'
import { readAlternativeName } from './alternative-name.js'
import { readDistinguishedName } from './distinguished-name.js'
import { readSerial } from './serial.js'
import { readThumbprint } from './thumbprint.js'

type RawRules = RawClientCertificates['allow']
type RawDenyRules = RawClientCertificates['deny']

/** Reads the lists of who may come; what can't be read is reported and left out. */
export function readAllowRules(raw: RawRules, place: Place, files: NamedFiles): AllowRules {
  return {
    thumbprints: readList(raw?.thumbprints, place.at('thumbprints'), (text, item) =>
      readThumbprint(text, item, files),
    ),
    subjects: readList(raw?.subjects, place.at('subjects'), readDistinguishedName),
    subjectAlternativeNames: readList(
      raw?.subjectAlternativeNames,
      place.at('subjectAlternativeNames'),
      readAlternativeName,
    ),
    issuers: readList(raw?.issuers, place.at('issuers'), readDistinguishedName),
  }
}

/** Reads the lists of who may never come. */
export function readDenyRules(raw: RawDenyRules, place: Place, files: NamedFiles): DenyRules {
  return {
    ...readAllowRules(raw, place, files),
    serials: readList(raw?.serials, place.at('serials'), (item, itemPlace) => {
      const { issuer, serial } = item
      const name =
        issuer === undefined ? null : readDistinguishedName(issuer, itemPlace.at('issuer'))
      const number = serial === undefined ? null : readSerial(serial, itemPlace.at('serial'))
      return name === null || number === null ? null : { issuer: name, serial: number }
    }),
  }
}

function readList<Raw, Value>(
  raw: readonly (Raw | undefined)[] | undefined,
  place: Place,
  read: (item: Raw, place: Place) => Value | null,
): readonly Value[] {
  const values: Value[] = []
  for (const [index, item] of (raw ?? []).entries()) {
    const value = item === undefined ? null : read(item, place.at(index))
    if (value !== null) values.push(value)
  }
  return values
}
