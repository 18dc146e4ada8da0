import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import { limitsSchema, rateLimitSchema } from './schema-limits.js'

/*
 * The shape of the file. What a key means, what its value must be beyond its type, and which keys belong together is
 * judged by the readers beside this file. `examples` is what a message shows where the key is missing or of a wrong type.
 *
 * An edge takes the types alone from here. What it runs was compiled of it in the build: compiled-schema.js.
 */

const closed = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false })
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(schema)
const text = (...examples: string[]) => Type.String({ minLength: 1, examples })
const texts = (...examples: string[]) => Type.Array(text(...examples))
const variable = (name: string) => `$\{${name}}`
const duration = (...examples: string[]) => Type.String({ minLength: 1, examples })
const port = (example: number) => Type.Integer({ minimum: 0, maximum: 65_535, examples: [example] })

const rules = {
  thumbprints: optional(texts('certs/client.crt')),
  subjects: optional(texts('CN=client,O=Example,C=DE')),
  subjectAlternativeNames: optional(texts('dns:client.example.com')),
  issuers: optional(texts('CN=Example CA,O=Example,C=DE')),
}

const serial = closed({ issuer: text('CN=Example CA,O=Example,C=DE'), serial: text("'0a1b2c'") })

const revocation = closed({
  mode: Type.Enum(['require', 'prefer', 'off'], { examples: ['require'] }),
  crlFiles: optional(texts('clients.crl')),
  fetch: optional(Type.Array(Type.Enum(['crl', 'ocsp'], { examples: ['crl'] }))),
  fetchAllowHosts: optional(texts('crl.example.com')),
  staleGrace: optional(duration('0s')),
})

const caSigned = closed({
  trustAnchorFiles: Type.Array(text('clients-root.pem'), { minItems: 1 }),
  intermediateFiles: optional(texts('clients-intermediate.pem')),
  requireRegistration: optional(Type.Boolean({ examples: ['false'] })),
  dangerouslyTrustOwnEngineAlone: optional(Type.Boolean({ examples: ['false'] })),
  revocation,
})

const clientCertificates = closed({
  caSigned: optional(caSigned),
  selfSigned: optional(
    Type.Enum(['reject', 'registered', 'forward'], { examples: ['registered'] }),
  ),
  allow: optional(closed(rules)),
  deny: optional(closed({ ...rules, serials: optional(Type.Array(serial)) })),
})

const auth0 = closed({
  forwardingTarget: text('https://tenant-cd-id.edge.tenants.eu.auth0.com'),
  cnameApiKey: optional(text(variable('CNAME_API_KEY'))),
  cnameApiKeyFile: optional(text('cname-api-key.txt')),
  clientIpHeader: optional(
    Type.Enum(['true-client-ip', 'cf-connecting-ip', 'x-forwarded-for', 'x-azure-clientip'], {
      examples: ['true-client-ip'],
    }),
  ),
  caFile: optional(text('extra-roots.pem')),
})

/** The short form, a path alone, is unfolded before the schema sees it. */
const endpoint = closed({
  path: text('/oauth/token'),
  methods: optional(Type.Array(text('POST'), { minItems: 1 })),
})

const domain = closed({
  customDomain: text('auth.example.com'),
  mtlsDomain: optional(text('mtls.auth.example.com')),
  publicTraffic: optional(Type.Enum(['forward', 'reject'], { examples: ['forward'] })),
  serverCertificates: Type.Array(
    closed({ certificateFile: text('certs/auth.crt'), keyFile: text('certs/auth.key') }),
    { minItems: 1 },
  ),
  auth0,
  endpoints: optional(Type.Array(endpoint, { minItems: 1 })),
  resumption: optional(Type.Enum(['off', 'safe'], { examples: ['off'] })),
  http2: optional(Type.Boolean({ examples: ['false'] })),
  clientCertificates,
})

/** More than any machine has use for: a slip of the pen is not to start ten thousand processes. */
const MAX_WORKERS = 512

/** The schema of the configuration file, after its short forms were unfolded and its variables put in. */
export const configurationSchema = closed({
  listen: optional(
    closed({
      host: optional(text('0.0.0.0')),
      port: optional(port(8443)),
      proxyProtocol: optional(closed({ trusted: Type.Array(text('10.0.0.0/8'), { minItems: 1 }) })),
    }),
  ),
  workers: optional(Type.Integer({ minimum: 1, maximum: MAX_WORKERS, examples: [2] })),
  tlsProfile: optional(Type.Enum(['fapi2', 'fapi1-advanced'], { examples: ['fapi2'] })),
  shutdownTimeout: optional(duration('20s')),
  drainDelay: optional(duration('5s')),
  limits: optional(limitsSchema),
  rateLimit: optional(rateLimitSchema),
  domains: Type.Array(domain, { minItems: 1 }),
  /** The short form, a URL alone, is unfolded before the schema sees it. */
  registry: optional(
    closed({
      url: optional(text('sqlite:registry.db')),
      urlFile: optional(text('registry-url.txt')),
      maxStaleness: optional(duration('5m')),
    }),
  ),
  tracing: optional(
    closed({
      endpoint: text('http://127.0.0.1:4318'),
      sampleRatio: optional(Type.Number({ minimum: 0, maximum: 1, examples: [0.1] })),
    }),
  ),
  health: optional(closed({ host: optional(text('127.0.0.1')), port: optional(port(9091)) })),
  admin: optional(
    closed({
      host: optional(text('127.0.0.1')),
      port: optional(port(9090)),
      token: optional(text(variable('ADMIN_TOKEN'))),
      tokenFile: optional(text('admin.token')),
      tls: optional(
        closed({ certificateFile: text('certs/admin.crt'), keyFile: text('certs/admin.key') }),
      ),
      allowedHosts: optional(texts('edge-admin.example.com')),
      dangerouslyAllowPlainHttp: optional(Type.Boolean({ examples: ['false'] })),
    }),
  ),
})

/** A value of the file whose wrong parts were taken out: any part of it may be missing. */
export type Partly<Value> = Value extends readonly (infer Item)[]
  ? readonly (Partly<Item> | undefined)[]
  : Value extends object
    ? { readonly [key in keyof Value]?: Partly<Value[key]> | undefined }
    : Value

export type RawConfiguration = Partly<Static<typeof configurationSchema>>
export type RawDomain = Partly<Static<typeof domain>>
export type RawAuth0 = Partly<Static<typeof auth0>>
export type RawClientCertificates = Partly<Static<typeof clientCertificates>>
export type RawCaSigned = Partly<Static<typeof caSigned>>
export type RawRevocation = Partly<Static<typeof revocation>>
export type RawEndpoint = Partly<Static<typeof endpoint>>
