import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Value } from 'typebox/value'

/** Compiled when it is first asked for: all of them together hold up a start, and most are of routes that nobody calls. */
function compileOnce(schema: TSchema): () => Validator {
  let validator: Validator | null = null
  return () => {
    validator ??= Compile(schema)
    return validator
  }
}

/** What came in must fit its schema. Text becomes a number where one is wanted, but in a body, which has numbers. */
const validateInput: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const readValidator = compileOnce(schema)
  return (value) => {
    const validator = readValidator()
    const converted: unknown = httpPart === 'body' ? value : Value.Convert(schema, value)
    return validator.Check(converted)
      ? { value: converted }
      : { error: [...validator.Errors(converted)] }
  }
}

/** What goes out must fit its schema too: a field that nobody meant to show fails here, and is not sent. */
export function checkSchemas(app: FastifyInstance): void {
  app.setValidatorCompiler(validateInput)
  app.setSerializerCompiler<TSchema>(({ schema }) => {
    const readValidator = compileOnce(schema)
    return (data) => {
      const validator = readValidator()
      if (validator.Check(data)) return JSON.stringify(data)
      const [first] = validator.Errors(data)
      throw new TypeError(
        `an answer does not fit its schema: ${first?.instancePath} ${first?.message}`,
      )
    }
  })
}
