import type { ErrorObject } from 'ajv'
import type { RawConfiguration } from './schema.js'
import type { ShapeSchema } from './schema-words.js'

/*
 * What scripts/compile-schema.mjs writes beside the built schema: the schema as JSON, and the validator that ajv makes of it.
 * Neither typebox nor ajv's compiler is loaded by an edge that starts.
 */

/** The schema of the configuration file, as JSON. */
export declare const configurationSchema: ShapeSchema

/** What ajv says of a part that does not fit; with `verbose`, so that it says the part and its schema. */
export interface ShapeError extends Pick<ErrorObject, 'instancePath' | 'keyword'> {
  readonly params: Readonly<Record<string, unknown>>
  readonly data: unknown
  readonly parentSchema: ShapeSchema
}

/** Whether a value is as the schema says. `errors` has all that differs in the one that was checked last. */
export declare const validate: {
  (value: unknown): value is RawConfiguration
  errors?: readonly ShapeError[] | null
}
