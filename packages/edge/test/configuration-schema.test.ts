import { Ajv, type AnySchema } from 'ajv'
import fc from 'fast-check'
import t from 'tap'
import { parseConfigurationDocument } from '../dist/configuration/document.js'
import { Place, Report } from '../dist/configuration/place.js'
import { configurationSchema } from '../dist/configuration/schema.js'
import type { Schema } from '../dist/configuration/schema-kinds.js'
import { validateShape } from '../dist/configuration/validate.js'

/** The same as JSON Schema has it. */
function toJsonSchema(schema: Schema): AnySchema {
  if (schema.type === 'string') return { type: 'string', minLength: 1 }
  if (schema.type === 'choice') return { enum: schema.choices }
  if (schema.type === 'boolean') return { type: 'boolean' }
  if (schema.type === 'array')
    return { type: 'array', items: toJsonSchema(schema.items), minItems: schema.isFilled ? 1 : 0 }
  if (schema.type !== 'object') {
    const { type, minimum, maximum } = schema
    return { type, minimum, ...(maximum === undefined ? {} : { maximum }) }
  }
  const all = Object.entries(schema.properties)
  return {
    type: 'object',
    additionalProperties: false,
    required: all.filter(([, { isOptional }]) => !isOptional).map(([key]) => key),
    properties: Object.fromEntries(all.map(([key, property]) => [key, toJsonSchema(property)])),
  }
}

/** What fits a schema, with all keys or with those that it needs. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.type === 'string') return fc.constantFrom('a', 'of some length')
  if (schema.type === 'choice') return fc.constantFrom(...schema.choices)
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'array')
    return fc.array(fitting(schema.items), { minLength: schema.isFilled ? 1 : 0, maxLength: 2 })
  if (schema.type !== 'object') {
    const { minimum: min, maximum: max = 1e9 } = schema
    return schema.type === 'integer' ? fc.integer({ min, max }) : fc.double({ min, max })
  }
  const all = Object.entries(schema.properties)
  return fc.record(Object.fromEntries(all.map(([key, property]) => [key, fitting(property)])), {
    requiredKeys: all.filter(([, { isOptional }]) => !isOptional).map(([key]) => key),
  })
}

const odd = fc.oneof(
  fc.constantFrom(null, '', 'text', 0, -1, 1, 4.5, 65_536, 1e9, true, [], {}, [null], [[]]),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, { constructor: 1 }),
)
const KEYS = ['workers', 'customDomain', 'mode', 'constructor', 'toString', '__proto__', 'x', '0']

/** Puts something else in a place of the value that the numbers lead to, or takes it away, or adds a key. */
function damage(value: unknown, way: readonly number[], key: string | null, other: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const keys = Object.keys(value)
  const [step = 0, ...rest] = way
  const chosen = keys[step % keys.length]
  if (rest.length > 0 && chosen !== undefined && typeof Reflect.get(value, chosen) === 'object') {
    damage(Reflect.get(value, chosen), rest, key, other)
    return
  }
  const at = key === null || Array.isArray(value) ? chosen : key
  if (at === undefined) return
  if (other === undefined && !Array.isArray(value)) Reflect.deleteProperty(value, at)
  else
    Object.defineProperty(value, at, {
      value: other ?? null,
      enumerable: true,
      configurable: true,
      writable: true,
    })
}

t.test('what is a configuration by its shape is what JSON Schema would say', async (t) => {
  const validate = new Ajv().compile(toJsonSchema(configurationSchema))
  const seen = { good: 0, bad: 0 }
  const case_ = fc.record({
    value: fitting(configurationSchema),
    way: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
    key: fc.option(fc.constantFrom(...KEYS), { freq: 1 }),
    other: fc.option(odd, { nil: undefined }),
    isDamaged: fc.boolean(),
  })
  fc.assert(
    fc.property(case_, ({ value: made, way, key, other, isDamaged }) => {
      const value = structuredClone(made)
      if (isDamaged) damage(value, way, key, other)
      const report = new Report('edge.yaml', parseConfigurationDocument(''))
      validateShape(value, new Place(report))
      const isGood = report.list('error').length === 0
      seen[isGood ? 'good' : 'bad'] += 1
      return isGood === validate(value)
    }),
    { numRuns: 2_000 },
  )
  t.ok(seen.good > 500 && seen.bad > 100, JSON.stringify(seen))
})
