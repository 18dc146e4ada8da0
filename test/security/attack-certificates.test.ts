// The attack: certificates that anybody can make himself, shaped to be taken for those of a CA. They carry the root's name as
// subject or issuer, bring the real root or somebody's real certificate along, come under a CA of the same name, or are issued
// by a client's own certificate. None may become SUCCESS, and no header may ever hold another certificate than the one whose
// key the connection has proved. What stands in their names must not write lines of its own into the log.
import { createPki, type Issued, issueCertificate, rawTlsRequest } from '@mtls-edge/testkit'
import t from 'tap'
import {
  ALIAS,
  clients,
  type EdgeStage,
  request,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'

const { root } = clients
const real = clients.client({ subject: { CN: 'real' } })
const ca = { subject: { CN: 'x' }, ca: true, tbs: { subject: root.subject } }
const namesake = issueCertificate(ca)
const strangers = createPki({ name: 'Strangers' })
const crowd = Array.from({ length: 200 }, () => issueCertificate(ca))

/** Lists as sent, the leaf first; and the reason for the refusal. */
const refused: Record<string, readonly [reason: string, list: readonly Issued[]]> = {
  "self-signed in the root's name": [
    'forged_ca_name',
    [issueCertificate({ tbs: { subject: root.subject } })],
  ],
  'self-signed, said to be issued by the root': [
    'forged_ca_name',
    [issueCertificate({ tbs: { issuer: root.subject } }), root],
  ],
  'of a CA of the same name': [
    'bad_signature',
    [issueCertificate({ issuer: namesake }), namesake, root],
  ],
  'of one of two hundred of the same name': [
    'bad_signature',
    [issueCertificate({ issuer: crowd[150] ?? namesake }), ...crowd.slice(0, 190)],
  ],
  'of another PKI, with the root beside it': [
    'untrusted_issuer',
    [...strangers.client({ subject: { CN: 'stranger' } }).chain, root],
  ],
  "issued by a client's own certificate": [
    'not_a_ca',
    [issueCertificate({ issuer: real }), ...real.chain],
  ],
  'the same, said to be a CA': [
    'ca_as_leaf',
    [issueCertificate({ issuer: real, ca: true }), ...real.chain],
  ],
  'with a signature turned over by one bit': [
    'bad_signature',
    [issueCertificate({ issuer: root, flipSignatureBit: 300 }), root],
  ],
  'with thousands of names': [
    'certificate_too_large',
    [
      issueCertificate({
        subjectAlternativeNames: Array.from({ length: 5_000 }, (_, name) => ({
          dns: `a${name}.b`,
        })),
      }),
    ],
  ],
}

async function askWith(stage: EdgeStage, list: readonly Issued[], tls = {}) {
  const { response, error } = await rawTlsRequest({
    port: stage.edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    cert: list.map(({ pem }) => pem).join(''),
    key: list[0]?.keyPem ?? '',
    bytes: request('POST /oauth/token'),
    tls,
  })
  return { status: response?.status, text: response?.text ?? '', error }
}

t.test('nothing that is not of the CA is taken for it', async (t) => {
  const stage = await startEdgeStage(t)
  for (const [name, [reason, list]] of Object.entries(refused)) {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
      const { status, text } = await askWith(stage, list, { maxVersion })
      t.equal(status, 401, `${name}, ${maxVersion}`)
      t.match(text, `"error_description":"${reason}: `)
    }
  }
  t.equal(stage.upstream.requests.length, 0)
})

t.test('a certificate of somebody else beside the own one is not forwarded', async (t) => {
  const stage = await startEdgeStage(t)
  const own = issueCertificate({ subject: { CN: 'own' } })
  t.equal((await askWith(stage, real.chain)).status, 200, 'the real one is known by now')
  t.equal((await askWith(stage, [own, ...real.chain, root])).status, 200)
  const [known, seen] = stage.upstream.requests
  t.same(known?.valuesOf('client-certificate'), [encodeURIComponent(real.pem)])
  t.same(known?.valuesOf('client-certificate-ca-verified'), ['SUCCESS'])
  t.same(seen?.valuesOf('client-certificate'), [encodeURIComponent(own.pem)])
  t.same(seen?.valuesOf('client-certificate-ca-verified'), ['FAILED:self-signed certificate'])
})

t.test('a list of certificates over 100 KB ends the handshake', async (t) => {
  const stage = await startEdgeStage(t)
  const large = issueCertificate({ subject: { CN: 'x'.repeat(200_000) } })
  const { status, error } = await askWith(stage, [large])
  t.equal(status, undefined)
  t.match(error?.message, /alert/)
  t.equal((await askWith(stage, real.chain)).status, 200, 'the edge goes on')
})

t.test('a name cannot write into the log or onto a terminal', async (t) => {
  const stage = await startEdgeStage(t)
  const CN = 'a\r\n{"level":60}\u2028\u202e\u001b[31m\u0000'
  t.equal((await askWith(stage, [issueCertificate({ subject: { CN } })])).status, 200)
  t.equal(stage.log.filter(({ event }) => event === 'request').length, 1)
  // Every line ends with a line feed of the logger's own.
  t.notMatch(stage.output().replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\\u001b|\\u0000/u)
})
