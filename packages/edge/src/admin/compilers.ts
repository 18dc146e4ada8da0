import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

/** What came in must fit its schema. Text becomes a number where one is wanted, but in a body, which has numbers. */
const validateInput: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema)
  return (value) => {
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
    const validator = Compile(schema)
    return (data) => {
      if (validator.Check(data)) return JSON.stringify(data)
      const [first] = validator.Errors(data)
      throw new TypeError(
        `an answer does not fit its schema: ${first?.instancePath} ${first?.message}`,
      )
    }
  })
}
