import { isRecord } from './unfold.js'

/** An example is to be taken in at a glance. */
const MAX_DEPTH = 1

/** What a message shows as a value for the schema: its example, or one made of its parts' examples. */
export function exampleOf(schema: unknown, depth = 0): string {
  if (!isRecord(schema) || depth > MAX_DEPTH) return '...'
  const { examples, type, items, required } = schema
  if (Array.isArray(examples) && examples.length > 0) return String(examples[0])
  if (type === 'array') return `[${exampleOf(items, depth)}]`
  const properties = propertiesOf(schema)
  const keys = Array.isArray(required) ? required.map(String) : Object.keys(properties).slice(0, 1)
  return `{ ${keys.map((key) => `${key}: ${exampleOf(properties[key], depth + 1)}`).join(', ')} }`
}

/** The keys that a schema of a map knows, with their schemas. */
export function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(schema)) return {}
  const { properties } = schema
  return isRecord(properties) ? properties : {}
}

/** The range of a schema of a whole number, in words. */
export function rangeOf(schema: unknown): string {
  if (!isRecord(schema)) return ''
  const { minimum, maximum } = schema
  return maximum === undefined ? `from ${minimum}` : `from ${minimum} to ${maximum}`
}

/** Where else in the schema a key is known, such as `domains[].clientCertificates.caSigned`; `null` where nowhere. */
export function findHome(schema: unknown, key: string, path = ''): string | null {
  if (!isRecord(schema)) return null
  const { items } = schema
  if (items !== undefined) return findHome(items, key, `${path}[]`)
  const properties = propertiesOf(schema)
  if (path !== '' && Object.hasOwn(properties, key)) return path
  for (const [name, property] of Object.entries(properties)) {
    const home = findHome(property, key, path === '' ? name : `${path}.${name}`)
    if (home !== null) return home
  }
  return null
}
