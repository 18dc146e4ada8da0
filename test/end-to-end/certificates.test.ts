import {
  readError,
  readJsonMember,
  registerCaSignedClient,
  registerSelfSignedClient,
  startAuth0StandIn,
} from '@mtls-edge/testkit'
import t from 'tap'
import { ACCEPTED, type CertificateKind, configured, pki, REFUSED } from './certificate-kinds.ts'
import { askForToken, startEdgeUnderTest } from './edge-under-test.ts'

const CUSTOM = 'auth.example.com'
const ALIAS = 'mtls.auth.example.com'
const KEY = 'the-api-key'

const auth0 = pki.server('localhost')
const standIn = await startAuth0StandIn({
  certificate: auth0.pem,
  key: auth0.keyPem,
  customOrigin: `https://${CUSTOM}`,
  mtlsOrigin: `https://${ALIAS}`,
  cnameApiKey: KEY,
  clients: ACCEPTED.map((kind) =>
    (kind.verification === 'SUCCESS' ? registerCaSignedClient : registerSelfSignedClient)({
      clientId: clientIdOf(kind),
      certificate: kind.issued.pem,
      redirectUris: ['https://app.example.com/callback'],
    }),
  ),
})
t.teardown(() => standIn.close())

const edge = await startEdgeUnderTest(t, [
  {
    customDomain: CUSTOM,
    mtlsDomain: ALIAS,
    server: pki.server([CUSTOM, ALIAS]),
    forwardingTarget: standIn.origin,
    upstreamRoot: pki.root,
    cnameApiKey: KEY,
    clientRoots: [pki.root],
    intermediates: [configured],
  },
])

function clientIdOf(kind: CertificateKind): string {
  return kind.issued.thumbprint
}

const VERSIONS = ['TLSv1.3', 'TLSv1.2'] as const

function present(kind: CertificateKind, maxVersion: (typeof VERSIONS)[number]) {
  return askForToken({
    port: edge.port,
    ca: pki.root.pem,
    servername: ALIAS,
    clientId: clientIdOf(kind),
    certificate: kind.sent,
    key: kind.issued.keyPem,
    maxVersion,
  })
}

for (const version of VERSIONS) {
  t.test(`takes these to Auth0, each as what it is, over ${version}`, async (t) => {
    for (const kind of ACCEPTED) {
      const answer = await present(kind, version)
      t.equal(answer.status, 200, `${kind.title}: ${answer.status === 200 ? 200 : answer.body}`)
      const token = readJsonMember(answer.body, 'access_token').split('.')[1] ?? ''
      const claims = Buffer.from(token, 'base64url').toString()
      t.equal(
        readJsonMember(claims, 'cnf', 'x5t#S256'),
        kind.issued.thumbprintBase64url,
        `${kind.title}: the token is bound to it`,
      )
      const headers = standIn.requests.at(-1)?.headers ?? {}
      const verdict = headers['client-certificate-ca-verified']
      t.equal(verdict, kind.verification, `${kind.title}: verdict`)
      const forwarded = decodeURIComponent(String(headers['client-certificate']))
      t.equal(forwarded.trim(), kind.issued.pem.trim(), `${kind.title}: the leaf alone`)
    }
  })

  t.test(`refuses these itself over ${version}, and nothing reaches Auth0`, async (t) => {
    for (const kind of REFUSED) {
      const before = standIn.requests.length
      const answer = await present(kind, version)
      const { error, description } = readError(answer)
      t.equal(answer.status, 401, `${kind.title}: status`)
      t.equal(error, 'invalid_client', `${kind.title}: error`)
      t.equal(description.split(':')[0], kind.reason, `${kind.title}: reason`)
      t.equal(answer.headers['cache-control'], 'no-store', `${kind.title}: not to be kept`)
      t.equal(standIn.requests.length, before, `${kind.title}: nothing reached Auth0`)
    }
  })

  t.test(`refuses a client without a certificate over ${version}`, async (t) => {
    const before = standIn.requests.length
    const answer = await askForToken({
      port: edge.port,
      ca: pki.root.pem,
      servername: ALIAS,
      clientId: 'nobody',
      certificate: null,
      key: null,
      maxVersion: version,
    })
    t.equal(answer.status, 401)
    const { error, description } = readError(answer)
    t.equal(error, 'invalid_client')
    t.match(description, /^no_certificate:/)
    t.equal(standIn.requests.length, before)
  })
}
