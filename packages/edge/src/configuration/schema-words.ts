import type { MapSchema, NumberSchema, Schema } from './schema-kinds.js'

/** An example is to be taken in at a glance. */
const MAX_DEPTH = 1

/** What a message shows as a value for the schema: its example, or one made of its parts' examples. */
export function exampleOf(schema: Schema, depth = 0): string {
  if (depth > MAX_DEPTH) return '...'
  if (schema.type === 'array') return `[${exampleOf(schema.items, depth)}]`
  if (schema.type !== 'object') return schema.examples[0]
  const all = Object.entries(schema.properties)
  const needed = all.filter(([, { isOptional }]) => !isOptional)
  const shown = needed.length > 0 ? needed : all.slice(0, 1)
  return `{ ${shown.map(([key, property]) => `${key}: ${exampleOf(property, depth + 1)}`).join(', ')} }`
}

/** The schema of a key of a map; `undefined` where there is none. */
export function propertyOf(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema?.type !== 'object' || !Object.hasOwn(schema.properties, key)) return undefined
  return schema.properties[key]
}

/** The range of a number, in words. */
export const rangeOf = ({ minimum, maximum }: NumberSchema): string =>
  maximum === undefined ? `from ${minimum}` : `from ${minimum} to ${maximum}`

/** Where else below a map a key is known, such as `domains[].clientCertificates.caSigned`; `null` where nowhere. */
export function findHome(schema: MapSchema, key: string, path = ''): string | null {
  if (path !== '' && Object.hasOwn(schema.properties, key)) return path
  for (const [name, property] of Object.entries(schema.properties)) {
    const below = path === '' ? name : `${path}.${name}`
    const home = findHomeBelow(property, key, below)
    if (home !== null) return home
  }
  return null
}

function findHomeBelow(schema: Schema, key: string, path: string): string | null {
  if (schema.type === 'array') return findHomeBelow(schema.items, key, `${path}[]`)
  return schema.type === 'object' ? findHome(schema, key, path) : null
}
