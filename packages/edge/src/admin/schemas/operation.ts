import { Type } from 'typebox'
import { configurationProblem } from './health.js'
import {
  closed,
  count,
  nullable,
  nullableText,
  nullableTime,
  state,
  text,
  thumbprint,
  time,
} from './words.js'

export const expiringQuery = closed({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
})

export const expiring = closed({
  at: time(),
  buckets: Type.Array(
    closed({
      name: Type.Enum(['expired', '7d', '30d', '90d', 'later']),
      serverCertificates: count(),
      trustAnchors: count(),
      intermediates: count(),
      registered: nullable(count()),
    }),
  ),
  items: Type.Array(
    closed({
      kind: Type.Enum(['server-certificate', 'trust-anchor', 'intermediate', 'registered']),
      domain: text(),
      subject: text(),
      thumbprint: thumbprint(),
      notAfter: time(),
      daysLeft: Type.Integer(),
      names: Type.Array(text()),
      clientName: nullableText(),
      owner: nullableText(),
      state: nullable(state()),
    }),
  ),
})

export const revocation = closed({
  at: time(),
  domains: Type.Array(
    closed({
      domain: text(),
      mode: nullable(Type.Enum(['require', 'prefer', 'off'])),
      staleGraceMs: nullable(count()),
      fetch: Type.Array(Type.Enum(['crl', 'ocsp'])),
      fetchAllowHosts: Type.Array(text()),
      sources: Type.Array(
        closed({
          kind: Type.Enum(['crl', 'ocsp']),
          origin: Type.Enum(['file', 'fetched']),
          location: text(),
          issuer: nullableText(),
          thisUpdate: nullableTime(),
          nextUpdate: nullableTime(),
          entries: nullable(count()),
          fetchedAt: nullableTime(),
          state: Type.Enum(['fresh', 'stale', 'failing', 'missing']),
          failure: nullableText(),
          failingSince: nullableTime(),
        }),
      ),
    }),
  ),
})

export const configuration = closed({
  file: text(),
  state: Type.Enum(['ready', 'refused']),
  since: time(),
  problems: Type.Array(configurationProblem),
  warnings: Type.Array(configurationProblem),
  nextStart: Type.Array(text()),
  values: Type.Record(Type.String(), Type.Unknown()),
})
