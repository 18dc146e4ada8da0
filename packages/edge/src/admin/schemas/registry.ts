import { Type } from 'typebox'
import {
  closed,
  count,
  domainName,
  nullable,
  nullableText,
  nullableTime,
  pem,
  state,
  text,
  thumbprint,
  time,
} from './words.js'

const entryFields = {
  domain: text(),
  thumbprint: thumbprint(),
  state: state(),
  subject: nullableText(),
  issuer: nullableText(),
  serialNumber: nullableText(),
  notBefore: nullableTime(),
  notAfter: nullableTime(),
  daysLeft: nullable(Type.Integer()),
  clientName: nullableText(),
  owner: nullableText(),
  notes: nullableText(),
  createdAt: time(),
  changedAt: time(),
}

export const entry = closed(entryFields)
/** In a list the PEM comes where it is asked for. */
export const listedEntry = closed({ ...entryFields, pem: Type.Optional(nullableText()) })
export const entryWithPem = closed({ ...entryFields, pem: nullableText() })

export const trailLine = closed({
  sequence: count(),
  at: time(),
  actor: text(),
  action: Type.Enum(['add', 'deny', 'suspend', 'activate', 'remove', 'update', 'import']),
  domain: text(),
  thumbprint: thumbprint(),
  fromState: nullable(state()),
  toState: nullable(state()),
})

export const pageOf = (item: typeof listedEntry | typeof trailLine) =>
  closed({ items: Type.Array(item), next: nullableText() })

const cursor = () => Type.String({ maxLength: 100, description: '`next` of the page before' })
const limit = () => Type.Integer({ minimum: 1, maximum: 1000, default: 50 })
const optionalDomain = { domain: Type.Optional(domainName()) }

export const listQuery = closed({
  ...optionalDomain,
  state: Type.Optional(state()),
  expiresBefore: Type.Optional(time()),
  search: Type.Optional(Type.String({ maxLength: 100 })),
  withPem: Type.Optional(Type.Boolean()),
  after: Type.Optional(cursor()),
  limit: Type.Optional(limit()),
})

export const auditQuery = closed({
  ...optionalDomain,
  thumbprint: Type.Optional(Type.String({ maxLength: 100 })),
  after: Type.Optional(cursor()),
  limit: Type.Optional(limit()),
})

export const domainQuery = closed(optionalDomain)

/** Hex, hex with colons, or base64url. */
export const thumbprintParameter = closed({ thumbprint: Type.String({ maxLength: 100 }) })

export const shownEntry = closed({
  entry: nullable(entryWithPem),
  trail: Type.Array(trailLine),
  trailNext: nullableText(),
})

export const domains = closed({
  registry: Type.Boolean(),
  domains: Type.Array(
    closed({
      customDomain: text(),
      mtlsDomain: text(),
      selfSigned: Type.Enum(['reject', 'registered', 'forward']),
      caSigned: Type.Boolean(),
      requireRegistration: Type.Boolean(),
    }),
  ),
})

export const previewBody = closed({ ...optionalDomain, pem: pem() })

const certificateFacts = closed({
  subject: text(),
  issuer: text(),
  serialNumber: text(),
  notBefore: time(),
  notAfter: time(),
  daysLeft: Type.Integer(),
  publicKey: text(),
  signature: text(),
  subjectAlternativeNames: Type.Array(text()),
  keyUsage: nullable(Type.Array(text())),
  extendedKeyUsage: nullable(Type.Array(text())),
  isCertificateAuthority: Type.Boolean(),
  thumbprint: thumbprint(),
  thumbprintBase64url: text(),
})

const revocationFacts = closed({
  kind: Type.Enum(['crl', 'ocsp']),
  source: nullableText(),
  thisUpdate: time(),
  nextUpdate: nullableTime(),
  age: Type.Integer(),
  signedBy: nullableText(),
  says: nullableText(),
  problem: nullableText(),
})

export const explanation = closed({
  verdict: Type.Enum(['ca-verified', 'self-signed', 'refused']),
  reason: nullableText(),
  message: nullableText(),
  detail: nullableText(),
  at: time(),
  customDomain: text(),
  mtlsDomain: text(),
  certificate: nullable(certificateFacts),
  steps: Type.Array(
    closed({
      outcome: Type.Enum(['info', 'passed', 'failed']),
      text: text(),
      path: Type.Array(text()),
      revocation: Type.Array(revocationFacts),
    }),
  ),
  path: Type.Array(text()),
  validUntil: nullableTime(),
  headers: Type.Array(closed({ name: text(), value: text(), bytes: nullable(count()) })),
})

export const previews = closed({
  previews: Type.Array(
    closed({
      thumbprint: nullable(thumbprint()),
      registration: nullable(entry),
      now: explanation,
      onceActive: explanation,
    }),
  ),
})

const labels = {
  clientName: Type.Optional(nullable(Type.String({ maxLength: 200 }))),
  owner: Type.Optional(nullable(Type.String({ maxLength: 200 }))),
  notes: Type.Optional(nullable(Type.String({ maxLength: 4000 }))),
}

export const addBody = closed({
  ...optionalDomain,
  pem: pem(),
  state: Type.Optional(Type.Enum(['active', 'pending'])),
  ...labels,
})

export const added = closed({
  results: Type.Array(
    closed({
      thumbprint: thumbprint(),
      domain: text(),
      subject: text(),
      notAfter: time(),
      outcome: Type.Enum(['added', 'changed', 'unchanged', 'refused']),
      fromState: nullable(state()),
      toState: nullable(state()),
      problem: nullable(closed({ code: text(), message: text(), state: state() })),
    }),
  ),
})

export const changeBody = closed({ ...optionalDomain, pem: Type.Optional(nullable(pem())) })

export const removeQuery = closed({
  ...optionalDomain,
  evenIfRefused: Type.Optional(Type.Boolean()),
})

export const changed = closed({
  thumbprint: thumbprint(),
  domain: text(),
  outcome: Type.Enum(['added', 'changed', 'unchanged', 'removed']),
  fromState: nullable(state()),
  toState: nullable(state()),
})

export const exportQuery = closed({ ...optionalDomain, state: Type.Optional(state()) })

export const counted = closed({ entries: count() })

export const imported = closed({
  added: count(),
  changed: count(),
  unchanged: count(),
  problem: nullable(closed({ line: count(), message: text() })),
})
