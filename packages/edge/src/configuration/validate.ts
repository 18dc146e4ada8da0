import { findNearest } from './nearest.js'
import type { Place } from './place.js'
import { configurationSchema, type RawConfiguration } from './schema.js'
import type { ChoiceSchema, MapSchema, NumberSchema, Schema } from './schema-kinds.js'
import { exampleOf, findHome, propertyOf, rangeOf } from './schema-words.js'
import { isRecord } from './unfold.js'

/**
 * Checks the value's shape against the schema and reports all that differs.
 *
 * What comes back has the wrong parts left out, so that the readers can go on with the rest and every problem is
 * reported at once; `null` where nothing is left.
 */
export function validateShape(value: unknown, root: Place): RawConfiguration | null {
  if (!isRecord(value)) {
    return root.error(
      'is not a map of keys and values',
      'begin with `domains:`; the README has a complete configuration',
    )
  }
  // A missing part is a part that may be missing: without the wrong ones, the rest is as the schema says.
  return takeMap(value, configurationSchema, root) as RawConfiguration
}

/** What of the value is as the schema says; `undefined` where nothing is. */
function take(value: unknown, schema: Schema, place: Place): unknown {
  const fault = findFault(value, schema)
  if (fault !== null) {
    if (!place.isSpoilt) place.error(...fault)
    return undefined
  }
  if (schema.type === 'object' && isRecord(value)) return takeMap(value, schema, place)
  if (schema.type === 'array' && Array.isArray(value))
    return value.map((item, index) => take(item, schema.items, place.at(index)))
  return value
}

function takeMap(value: Record<string, unknown>, schema: MapSchema, place: Place): unknown {
  // Unknown keys come first: one may be the slip that makes a known key missing.
  const slips = new Set<string>()
  for (const key of Object.keys(value)) {
    if (propertyOf(schema, key) !== undefined) continue
    const meant = reportUnknownKey(key, Object.keys(schema.properties), place)
    if (meant !== null) slips.add(meant)
  }
  const taken: Record<string, unknown> = {}
  for (const [key, property] of Object.entries(schema.properties)) {
    const part = Object.hasOwn(value, key) ? value[key] : undefined
    if (part !== undefined) taken[key] = take(part, property, place.at(key))
    else if (!property.isOptional && !slips.has(key)) reportMissing(key, property, place.at(key))
  }
  return taken
}

function reportMissing(key: string, schema: Schema, place: Place): void {
  if (!place.isSpoilt) place.error('is missing', `add \`${key}: ${exampleOf(schema)}\``)
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

/** What is wrong with the value as a whole, and how to mend it. */
type Fault = readonly [message: string, mend: string]

function findFault(value: unknown, schema: Schema): Fault | null {
  if (value === null)
    return ['has no value', `write one, such as ${exampleOf(schema)}, or remove the key`]
  if (schema.type === 'choice') return findWrongChoice(value, schema)
  if (!isOfKind(value, schema.type)) return describeKind(value, schema)
  if (value === '' || (schema.type === 'array' && schema.isFilled && isEmptyList(value)))
    return ['is empty', `write ${exampleOf(schema)}, or what it is with you`]
  const isNumber = schema.type === 'integer' || schema.type === 'number'
  return isNumber ? findWrongNumber(Number(value), schema) : null
}

function findWrongChoice(value: unknown, { choices }: ChoiceSchema): Fault | null {
  if (choices.some((choice) => choice === value)) return null
  const nearest = typeof value === 'string' ? findNearest(value, choices) : null
  const list = `write one of ${choices.join(', ')}`
  return [
    'is not one of the values that are known here',
    nearest === null ? list : `did you mean \`${nearest}\`? ${list}`,
  ]
}

function findWrongNumber(value: number, schema: NumberSchema): Fault | null {
  if (value >= schema.minimum && value <= (schema.maximum ?? Number.POSITIVE_INFINITY)) return null
  return ['is out of range', `write ${KINDS[schema.type]} ${rangeOf(schema)}`]
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value)

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

function isOfKind(value: unknown, kind: Schema['type']): boolean {
  if (kind === 'integer') return Number.isInteger(value)
  if (kind === 'number') return Number.isFinite(value)
  return kindOf(value) === kind
}

function describeKind(value: unknown, schema: Schema): Fault {
  const kind = KINDS[kindOf(value)] ?? 'something else'
  const message = `is ${kind} where ${KINDS[schema.type]} is wanted`
  const example = exampleOf(schema)
  if (typeof value === 'number' && /^\d/.test(example))
    return [message, `write a number and its unit, such as ${example}`]
  if (schema.type === 'string' && typeof value !== 'object')
    return [message, 'put the value in quotes']
  if (schema.type === 'array') return [message, `write it as a list: ${example}`]
  if (schema.type === 'object') return [message, `write its keys below it: ${example}`]
  return [message, `write ${example}`]
}
