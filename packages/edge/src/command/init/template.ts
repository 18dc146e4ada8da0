import type { Answers } from './answers.js'

/** The variable that holds the API key where no file does. */
export const API_KEY_VARIABLE = 'CNAME_API_KEY'

/** Writes the configuration. Files in `answers` are already as the configuration shall name them. */
export function writeTemplate(answers: Answers): string {
  const { trustAnchor, selfSigned, apiKeyFile } = answers
  const key =
    apiKeyFile === null
      ? `cnameApiKey: $\{${API_KEY_VARIABLE}}         # the environment's; or cnameApiKeyFile: FILE`
      : `cnameApiKeyFile: ${scalar(apiKeyFile)}`
  return `# The customer edge for ${oneLine(answers.customDomain)}. Every key that is left out has a safe default.
# After a change: mtls-edge check --config THIS_FILE
listen: { host: 0.0.0.0, port: 8443 }         # behind a TCP load balancer: proxyProtocol: { trusted: [10.0.0.0/24] }
tlsProfile: fapi2                             # or fapi1-advanced
shutdownTimeout: 20s                          # how long requests in flight may take when the edge stops
# limits: { connections: 10000 }               # these and others have defaults: docs/limits.md
# rateLimit: { perCertificate: 600 }          # requests a minute; with redis over several edges
# drainDelay: 5s                              # how long a load balancer takes to see that the edge is about to stop
# tracing: { endpoint: http://127.0.0.1:4318 }  # OpenTelemetry; add sampleRatio: 0.1 for a tenth of the requests

domains:
  - customDomain: ${scalar(answers.customDomain)}
    # mtlsDomain: its alias, where clients show certificates; default: mtls.<customDomain>
    publicTraffic: forward                    # or reject: what the custom domain itself does
    serverCertificates:                       # for both names; RSA and ECDSA may stand side by side
      - certificateFile: ${scalar(answers.serverCertificate)}
        keyFile: ${scalar(answers.serverKey)}
    auth0:
      forwardingTarget: ${scalar(answers.forwardingTarget)}
      ${key}
      # clientIpHeader: true-client-ip        # as the tenant expects it; x-forwarded-for is always sent
    endpoints: [/oauth/token, /oauth/par, /userinfo]
    http2: false                              # true: HTTP/2 beside HTTP/1.1, on both names
    resumption: off                           # safe: TLS sessions may be resumed
    clientCertificates:
${trustAnchor === null ? NO_CA : writeCa(trustAnchor)}
      # reject | registered (in the registry below) | forward (Auth0 alone decides)
      selfSigned: ${scalar(selfSigned)}
      # Empty lists restrict nothing; deny wins over allow.
      # allow: { thumbprints: [], subjects: [], subjectAlternativeNames: [], issuers: [] }
      # deny: { thumbprints: [], subjects: [], subjectAlternativeNames: [], issuers: [], serials: [] }

${REGISTRY_WORDS}
${selfSigned === 'registered' ? '' : '# '}${REGISTRY_KEY}

health: { host: 127.0.0.1, port: 9091 }       # /healthz, /readyz
# The registry from elsewhere, and what is going on; make the token with: openssl rand -base64 32
# admin: { host: 127.0.0.1, port: 9090, tokenFile: admin.token }
`
}

const NO_CA = `      # caSigned: left out, so certificates of a CA are refused`

const REGISTRY_WORDS =
  '# Which certificates are registered or denied: mtls-edge registry add --config THIS_FILE client.pem'
const REGISTRY_KEY =
  'registry: sqlite:registry.db                  # or postgres://... for several edges'

const writeCa = (trustAnchor: string): string => `      caSigned:
        trustAnchorFiles: [${scalar(trustAnchor)}]
        intermediateFiles: []
        requireRegistration: false            # true: also registered in the registry
        revocation:
          mode: require                       # what can't be looked up is refused; prefer: it is let in
          fetch: [crl, ocsp]                  # from the addresses in the certificates; or crlFiles: [FILE]`

const PLAIN = /^[A-Za-z./][\w./:-]*$/
const WORDS = /^(?:true|false|null)$/i

/** A string of YAML. In what is no name of a variable, the sign for one is doubled. */
function scalar(text: string): string {
  const escaped = text.replaceAll('${', () => '$${')
  const isPlain = PLAIN.test(escaped) && !WORDS.test(escaped) && !escaped.endsWith(':')
  return isPlain ? escaped : JSON.stringify(escaped)
}

const oneLine = (text: string): string => text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
