import { Type } from 'typebox'
import { closed, nullable, nullableText, nullableTime } from './words.js'

export const login = closed({
  token: Type.String({ maxLength: 1000 }),
  actor: Type.Optional(nullable(Type.String({ maxLength: 150 }))),
})

export const identity = closed({
  by: Type.Enum(['session', 'token']),
  actor: nullableText(),
  expiresAt: nullableTime(),
})
