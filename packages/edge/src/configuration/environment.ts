import type { Place } from './place.js'
import { propertyOf, type ShapeSchema } from './schema-words.js'

/** The variables that `${NAME}` stands for, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Deeper than the schema goes; an anchor that holds a reference to itself would go on for ever. */
const MAX_DEPTH = 20

const OPENING = '${'
const REFERENCE = /\$(\$\{|\{([A-Za-z_][A-Za-z0-9_]*)\}|\{)/g

/**
 * Puts the environment's values in for `${NAME}`, in every string of the value; `$${` becomes `${`.
 *
 * What comes out of a variable is not expanded again. A string with a variable in it that stands where the schema wants
 * a whole number or a boolean becomes one. A variable that isn't set is an error, and the string `undefined`.
 */
export function expandEnvironment(
  value: unknown,
  schema: ShapeSchema | undefined,
  environment: Environment,
  place: Place,
): unknown {
  if (place.path.length > MAX_DEPTH) {
    place.error('is nested too deeply', 'write the value itself instead of a reference to it')
    return undefined
  }
  if (typeof value === 'string') return expandText(value, schema, environment, place)
  if (Array.isArray(value)) {
    const items = schema?.items
    return value.map((item, index) => expandEnvironment(item, items, environment, place.at(index)))
  }
  if (typeof value !== 'object' || value === null) return value
  const expanded = Object.entries(value).map(([key, item]) => [
    key,
    expandEnvironment(item, propertyOf(schema, key), environment, place.at(key)),
  ])
  return Object.fromEntries(expanded)
}

function expandText(
  text: string,
  schema: ShapeSchema | undefined,
  environment: Environment,
  place: Place,
): unknown {
  let isWhole = true
  const expanded = text.replace(REFERENCE, (all, form: string, name: string | undefined) => {
    if (form === OPENING) return OPENING
    if (name === undefined) {
      isWhole = false
      place.error(
        'has a dollar sign and a brace that no name and closing brace follow',
        `write \${NAME} for the environment variable NAME, or $\${ for the characters themselves`,
      )
      return all
    }
    const found = environment[name]
    if (found !== undefined) return found
    isWhole = false
    place.error(
      `names the environment variable ${name}, which is not set`,
      `set ${name}, or write $\${${name}} if the characters themselves are meant`,
    )
    return all
  })
  if (!isWhole) return undefined
  return expanded === text ? text : convert(expanded, schema)
}

/** The environment holds strings alone: a port or a flag out of it is read as the schema wants it. */
function convert(text: string, schema: ShapeSchema | undefined): unknown {
  if (schema?.type === 'integer' && /^\d{1,15}$/.test(text)) return Number(text)
  if (schema?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
