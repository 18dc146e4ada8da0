import {
  choice,
  filledList,
  flag,
  list,
  map,
  optional,
  share,
  text,
  type ValueOf,
  whole,
} from './schema-kinds.js'
import { limitsSchema, rateLimitSchema } from './schema-limits.js'

/*
 * The shape of the file. What a key means, what its value must be beyond its kind, and which keys belong together is
 * judged by the readers beside this file.
 */

const duration = (example: string) => text(example)
const texts = (example: string) => list(text(example))
const variable = (name: string) => `$\{${name}}`
const port = (example: number) => whole(0, example, 65_535)

const rules = {
  thumbprints: optional(texts('certs/client.crt')),
  subjects: optional(texts('CN=client,O=Example,C=DE')),
  subjectAlternativeNames: optional(texts('dns:client.example.com')),
  issuers: optional(texts('CN=Example CA,O=Example,C=DE')),
}

const serial = map({ issuer: text('CN=Example CA,O=Example,C=DE'), serial: text("'0a1b2c'") })

const revocation = map({
  mode: choice(['require', 'prefer', 'off'], 'require'),
  crlFiles: optional(texts('clients.crl')),
  fetch: optional(list(choice(['crl', 'ocsp'], 'crl'))),
  fetchAllowHosts: optional(texts('crl.example.com')),
  staleGrace: optional(duration('0s')),
})

const caSigned = map({
  trustAnchorFiles: filledList(text('clients-root.pem')),
  intermediateFiles: optional(texts('clients-intermediate.pem')),
  requireRegistration: optional(flag()),
  dangerouslyTrustOwnEngineAlone: optional(flag()),
  revocation,
})

const clientCertificates = map({
  caSigned: optional(caSigned),
  selfSigned: optional(choice(['reject', 'registered', 'forward'], 'registered')),
  allow: optional(map(rules)),
  deny: optional(map({ ...rules, serials: optional(list(serial)) })),
})

const auth0 = map({
  forwardingTarget: text('https://tenant-cd-id.edge.tenants.eu.auth0.com'),
  cnameApiKey: optional(text(variable('CNAME_API_KEY'))),
  cnameApiKeyFile: optional(text('cname-api-key.txt')),
  clientIpHeader: optional(
    choice(
      ['true-client-ip', 'cf-connecting-ip', 'x-forwarded-for', 'x-azure-clientip'],
      'true-client-ip',
    ),
  ),
  caFile: optional(text('extra-roots.pem')),
})

/** The short form, a path alone, is unfolded before the schema sees it. */
const endpoint = map({
  path: text('/oauth/token'),
  methods: optional(filledList(text('POST'))),
})

const domain = map({
  customDomain: text('auth.example.com'),
  mtlsDomain: optional(text('mtls.auth.example.com')),
  publicTraffic: optional(choice(['forward', 'reject'], 'forward')),
  serverCertificates: filledList(
    map({ certificateFile: text('certs/auth.crt'), keyFile: text('certs/auth.key') }),
  ),
  auth0,
  endpoints: optional(filledList(endpoint)),
  resumption: optional(choice(['off', 'safe'], 'off')),
  http2: optional(flag()),
  clientCertificates,
})

/** More than any machine has use for: a slip of the pen is not to start ten thousand processes. */
const MAX_WORKERS = 512

/** The schema of the configuration file, after its short forms were unfolded and its variables put in. */
export const configurationSchema = map({
  listen: optional(
    map({
      host: optional(text('0.0.0.0')),
      port: optional(port(8443)),
      proxyProtocol: optional(map({ trusted: filledList(text('10.0.0.0/8')) })),
    }),
  ),
  workers: optional(whole(1, 2, MAX_WORKERS)),
  tlsProfile: optional(choice(['fapi2', 'fapi1-advanced'], 'fapi2')),
  shutdownTimeout: optional(duration('20s')),
  drainDelay: optional(duration('5s')),
  limits: optional(limitsSchema),
  rateLimit: optional(rateLimitSchema),
  domains: filledList(domain),
  /** The short form, a URL alone, is unfolded before the schema sees it. */
  registry: optional(
    map({
      url: optional(text('sqlite:registry.db')),
      urlFile: optional(text('registry-url.txt')),
      maxStaleness: optional(duration('5m')),
    }),
  ),
  tracing: optional(
    map({
      endpoint: text('http://127.0.0.1:4318'),
      sampleRatio: optional(share(0.1)),
    }),
  ),
  health: optional(map({ host: optional(text('127.0.0.1')), port: optional(port(9091)) })),
  admin: optional(
    map({
      host: optional(text('127.0.0.1')),
      port: optional(port(9090)),
      token: optional(text(variable('ADMIN_TOKEN'))),
      tokenFile: optional(text('admin.token')),
      tls: optional(
        map({ certificateFile: text('certs/admin.crt'), keyFile: text('certs/admin.key') }),
      ),
      allowedHosts: optional(texts('edge-admin.example.com')),
      dangerouslyAllowPlainHttp: optional(flag()),
    }),
  ),
})

/** A value of the file whose wrong parts were taken out: any part of it may be missing. */
export type Partly<Value> = Value extends readonly (infer Item)[]
  ? readonly (Partly<Item> | undefined)[]
  : Value extends object
    ? { readonly [key in keyof Value]?: Partly<Value[key]> | undefined }
    : Value

export type RawConfiguration = Partly<ValueOf<typeof configurationSchema>>
export type RawDomain = Partly<ValueOf<typeof domain>>
export type RawAuth0 = Partly<ValueOf<typeof auth0>>
export type RawClientCertificates = Partly<ValueOf<typeof clientCertificates>>
export type RawCaSigned = Partly<ValueOf<typeof caSigned>>
export type RawRevocation = Partly<ValueOf<typeof revocation>>
export type RawEndpoint = Partly<ValueOf<typeof endpoint>>
