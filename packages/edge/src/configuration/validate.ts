import { configurationSchema, type ShapeError, validate } from './compiled-schema.js'
import type { KeyPath } from './key-path.js'
import { findNearest } from './nearest.js'
import type { Place } from './place.js'
import type { RawConfiguration } from './schema.js'
import { exampleOf, findHome, propertyOf, rangeOf } from './schema-words.js'
import { isRecord } from './unfold.js'

/**
 * Checks the value's shape against the schema and reports all that differs.
 *
 * What comes back has the wrong parts taken out, so that the readers can go on with the rest and every problem is
 * reported at once; `null` where nothing is left.
 */
export function validateShape(value: unknown, root: Place): RawConfiguration | null {
  if (!isRecord(value)) {
    return root.error(
      value === null ? 'the file has nothing in it' : 'the file is not a map of keys and values',
      'begin with `domains:`, or let `mtls-edge init` write a complete configuration',
    )
  }
  // A missing part is a part that may be missing: after the wrong ones are gone, the rest is as the schema says.
  const rest = structuredClone(value)
  if (validate(rest)) return rest
  // Unknown keys come first: one may be the slip that makes a known key missing.
  const errors = [...(validate.errors ?? [])]
  errors.sort((a, b) => Number(isUnknownKey(b)) - Number(isUnknownKey(a)))
  const slips = new Set<string>()
  for (const error of errors) reportOne(error, rest, root, slips)
  return rest as RawConfiguration
}

const isUnknownKey = (error: ShapeError): boolean => error.keyword === 'additionalProperties'

function reportOne(error: ShapeError, rest: unknown, root: Place, slips: Set<string>): void {
  const path = readPointer(error.instancePath, rest)
  const place = root.at(...path)
  const { missingProperty, additionalProperty } = error.params
  if (error.keyword === 'required') {
    const key = String(missingProperty)
    const missing = place.at(key)
    if (missing.isSpoilt || slips.has(missing.name)) return
    missing.error('is missing', `add \`${key}: ${exampleOf(propertyOf(error.parentSchema, key))}\``)
  } else if (isUnknownKey(error)) {
    const known = Object.keys(error.parentSchema.properties ?? {})
    const nearest = reportUnknownKey(String(additionalProperty), known, place)
    if (nearest !== null) slips.add(place.at(nearest).name)
  } else {
    takeOut(path, rest)
    if (!place.isSpoilt) reportValue(error, place)
  }
}

/** Returns the known key that is meant, or `null`. */
function reportUnknownKey(key: string, known: readonly string[], place: Place): string | null {
  const home = findHome(configurationSchema, key)
  const nearest = home === null ? findNearest(key, known) : null
  let mend = `use one of ${known.join(', ')}`
  if (home !== null) mend = `move it below \`${home}\`, or ${mend}`
  if (nearest !== null) mend = `did you mean \`${nearest}\`?`
  place.at(key).keyError('is not a key that is known here', mend)
  return nearest
}

function reportValue(error: ShapeError, place: Place): void {
  const { keyword, data, parentSchema } = error
  const { type, allowedValues } = error.params
  const example = exampleOf(parentSchema)
  if (data === null) {
    place.error('has no value', `write one, such as ${example}, or remove the key`)
  } else if (keyword === 'type') {
    place.error(
      `is ${nameOfKind(kindOf(data))} where ${nameOfKind(String(type))} is wanted`,
      mendType(String(type), data, example),
    )
  } else if (keyword === 'enum') {
    const allowed = [allowedValues].flat().map(String)
    const nearest = typeof data === 'string' ? findNearest(data, allowed) : null
    const choice = `write one of ${allowed.join(', ')}`
    place.error(
      'is not one of the values that are known here',
      nearest === null ? choice : `did you mean \`${nearest}\`? ${choice}`,
    )
  } else if (keyword === 'minLength' || keyword === 'minItems') {
    place.error('is empty', `write ${example}, or what it is with you`)
  } else {
    place.error(
      'is out of range',
      `write ${nameOfKind(parentSchema.type ?? '')} ${rangeOf(parentSchema)}`,
    )
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
}

const nameOfKind = (kind: string): string => KINDS[kind] ?? 'something else'

const kindOf = (data: unknown): string => (Array.isArray(data) ? 'array' : typeof data)

function mendType(wanted: string, data: unknown, example: string): string {
  if (typeof data === 'number' && /^\d/.test(example)) {
    return `write a number and its unit, such as ${example}`
  }
  if (wanted === 'string' && typeof data !== 'object') return 'put the value in quotes'
  if (wanted === 'array') return `write it as a list: ${example}`
  if (wanted === 'object') return `write its keys below it: ${example}`
  return `write ${example}`
}

/** Reads a JSON pointer; a part is an index where it leads into a list. */
function readPointer(pointer: string, value: unknown): KeyPath {
  const path: (string | number)[] = []
  let here = value
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(here) ? Number(key) : key)
    here = typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined
  }
  return path
}

/** Makes the value at the path missing. */
function takeOut(path: KeyPath, value: unknown): void {
  let here: unknown = value
  for (const key of path.slice(0, -1)) {
    if (typeof here !== 'object' || here === null) return
    here = Reflect.get(here, key)
  }
  const last = path.at(-1)
  if (typeof here === 'object' && here !== null && last !== undefined) {
    Reflect.set(here, last, undefined)
  }
}
