import { REGISTRATION_STATES } from '@mtls-edge/cert-registry'
import { type Static, type TProperties, type TSchema, Type } from 'typebox'

/** A map with these keys and no others: what an answer must not hold can't slip into it. */
export const closed = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false })

export const nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()])

/**
 * A schema for answers: it is held by the serializer, and readonly data, which the handlers have, would not fit its
 * static type.
 */
export const answer = (schema: TSchema, description: string) =>
  Type.Unsafe<unknown>({ ...schema, description })

export const text = () => Type.String()
export const nullableText = () => nullable(Type.String())
export const count = () => Type.Integer({ minimum: 0 })
export const time = () => Type.String({ format: 'date-time' })
export const nullableTime = () => nullable(time())
export const thumbprint = () => Type.String({ pattern: '^[0-9a-f]{64}$' })
export const state = () => Type.Enum([...REGISTRATION_STATES])

/** Which domain; needed where there are several. */
export const domainName = () =>
  Type.String({ minLength: 1, maxLength: 253, description: 'custom domain or alias' })

/** Certificates in PEM. */
export const pem = () =>
  Type.String({ minLength: 1, maxLength: 500_000, description: 'PEM; never with a private key' })

/** Any error. */
export const problem = closed({
  code: text(),
  message: text(),
  mend: Type.Optional(text()),
  state: Type.Optional(text()),
})

/** What every route may answer beside what it is for. */
export const problems = {
  '4xx': answer(problem, 'refused; the code says why'),
  '5xx': answer(problem, 'the request could not be served'),
}

export type { Static }
