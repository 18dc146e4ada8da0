import { Type } from 'typebox'
import { closed, count, nullable, nullableText, text, time } from './words.js'

const milliseconds = () => Type.Number({ minimum: 0 })

const histogram = closed({
  count: count(),
  p50Ms: nullable(milliseconds()),
  p90Ms: nullable(milliseconds()),
  p99Ms: nullable(milliseconds()),
  buckets: Type.Array(closed({ upToMs: nullable(milliseconds()), count: count() })),
})

const minute = closed({
  at: time(),
  verdicts: closed({ caVerified: count(), selfSigned: count(), none: count(), refused: count() }),
  handshakesRefused: count(),
  requests: count(),
  errors: count(),
})

const refusal = closed({
  at: time(),
  kind: Type.Enum(['request', 'handshake']),
  reason: text(),
  detail: nullableText(),
  domain: nullableText(),
  host: nullableText(),
  path: nullableText(),
  status: nullable(count()),
  thumbprint: nullableText(),
  subject: nullableText(),
  issuer: nullableText(),
  remoteAddress: nullableText(),
  worker: count(),
})

export const activity = closed({
  at: time(),
  since: time(),
  minutes: Type.Array(minute),
  reasons: Type.Array(closed({ reason: text(), count: count() })),
  refusals: Type.Array(refusal),
  latency: closed({ edge: histogram, auth0: histogram }),
  connections: closed({ open: count(), handshaking: count() }),
  workers: Type.Array(
    closed({ worker: count(), pid: count(), state: text(), since: time(), connections: count() }),
  ),
})
