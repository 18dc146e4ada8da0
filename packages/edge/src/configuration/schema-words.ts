/** What the messages need of a JSON schema. */
export interface ShapeSchema {
  readonly type?: string
  readonly examples?: readonly unknown[]
  readonly items?: ShapeSchema
  readonly properties?: Readonly<Record<string, ShapeSchema>>
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** An example is to be taken in at a glance. */
const MAX_DEPTH = 1

/** What a message shows as a value for the schema: its example, or one made of its parts' examples. */
export function exampleOf(schema: ShapeSchema | undefined, depth = 0): string {
  if (schema === undefined || depth > MAX_DEPTH) return '...'
  const { examples = [], type, items, properties = {} } = schema
  if (examples.length > 0) return String(examples[0])
  if (type === 'array') return `[${exampleOf(items, depth)}]`
  const { required: keys = Object.keys(properties).slice(0, 1) } = schema
  return `{ ${keys.map((key) => `${key}: ${exampleOf(properties[key], depth + 1)}`).join(', ')} }`
}

/** The schema of a key of a map; `undefined` where there is none. */
export function propertyOf(schema: ShapeSchema | undefined, key: string): ShapeSchema | undefined {
  const { properties = {} } = schema ?? {}
  return Object.hasOwn(properties, key) ? properties[key] : undefined
}

/** The range of a number, in words. */
export const rangeOf = ({ minimum, maximum }: ShapeSchema): string =>
  maximum === undefined ? `from ${minimum}` : `from ${minimum} to ${maximum}`

/** Where else in the schema a key is known, such as `domains[].clientCertificates.caSigned`; `null` where nowhere. */
export function findHome(schema: ShapeSchema, key: string, path = ''): string | null {
  const { items, properties = {} } = schema
  if (items !== undefined) return findHome(items, key, `${path}[]`)
  if (path !== '' && Object.hasOwn(properties, key)) return path
  for (const [name, property] of Object.entries(properties)) {
    const home = findHome(property, key, path === '' ? name : `${path}.${name}`)
    if (home !== null) return home
  }
  return null
}
