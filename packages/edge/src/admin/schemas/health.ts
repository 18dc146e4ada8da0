import { Type } from 'typebox'
import { closed, count, text, time } from './words.js'

/** What is wrong, or doubtful, at one place of the configuration. */
export const configurationProblem = closed({
  severity: Type.Enum(['error', 'warning']),
  file: text(),
  line: count(),
  column: count(),
  path: text(),
  message: text(),
  mend: text(),
})

export const part = closed({
  state: text(),
  since: time(),
  problems: Type.Optional(Type.Array(configurationProblem)),
  wanted: Type.Optional(count()),
  ready: Type.Optional(count()),
})

export const health = closed({
  status: Type.Enum(['ready', 'degraded', 'not ready']),
  parts: Type.Record(Type.String(), part),
})
