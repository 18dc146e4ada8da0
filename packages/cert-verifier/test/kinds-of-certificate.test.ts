import { createPki, issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'
import { startVerifierService } from './verifier-service.ts'

const DAY = 86_400_000
const now = Date.now()
const pki = createPki({ name: 'Clients' })
const { root, intermediate } = pki
const stranger = createPki({ name: 'Stranger' })
/** Another key under the root's very name. */
const namesake = createPki({ name: 'Clients' })
const revocation = { mode: 'off' } as const
const trusting = { domain: 'auth.example.com', caSigned: { trustAnchors: [root.pem], revocation } }
const past = { notBefore: new Date(now - 10 * DAY), notAfter: new Date(now - DAY) }
const future = { notBefore: new Date(now + DAY), notAfter: new Date(now + 10 * DAY) }

t.test('a certificate with a path to the root is CA-verified, whatever its key', async (t) => {
  const service = await startVerifierService(t, [root], trusting)
  for (const key of ['p256', 'p384', 'p521', 'rsa2048', 'rsa4096', 'ed25519'] as const) {
    for (const issuer of [root, intermediate]) {
      const client = pki.client({ key, issuer })
      const answer = await service.ask(client)
      t.match(
        answer,
        { status: 200, kind: 'ca-verified' },
        `${key} from ${issuer === root ? 'root' : 'intermediate'}`,
      )
      t.match(answer.body, client.thumbprint)
    }
  }
})

t.test('a self-signed certificate is told by its own signature', async (t) => {
  const service = await startVerifierService(t, [root], { ...trusting, selfSigned: 'forward' })
  const kinds = {
    plain: pki.selfSignedClient(),
    'RSA 2048': pki.selfSignedClient({ key: 'rsa2048' }),
    'without extensions': pki.selfSignedClient({ extensions: 'none' }),
    'version 1': pki.selfSignedClient({ version: 1 }),
    'CA:TRUE, as openssl req -x509 makes it': pki.selfSignedClient({ ca: true, keyUsage: null }),
    'its own issuer by another name': pki.selfSignedClient({ issuerName: { CN: 'somebody else' } }),
  }
  for (const [name, certificate] of Object.entries(kinds))
    t.match(await service.ask(certificate), { status: 200, kind: 'self-signed' }, name)
})

t.test("a certificate that bears its CA's own key is self-signed, for all its path", async (t) => {
  const service = await startVerifierService(t, [root], { ...trusting, selfSigned: 'forward' })
  const client = pki.client({ issuer: root, key: root })
  t.match(await service.ask(client), { status: 200, kind: 'self-signed' })
})

t.test('what is refused, and why', async (t) => {
  const service = await startVerifierService(t, [root], { ...trusting, selfSigned: 'forward' })
  const leaf = pki.client()
  const cases = {
    none: [null, 'NO_CERTIFICATE'],
    expired: [pki.client(past), 'EXPIRED'],
    'not valid yet': [pki.client(future), 'NOT_YET_VALID'],
    'self-signed, expired': [pki.selfSignedClient(past), 'EXPIRED'],
    'self-signed, not valid yet': [pki.selfSignedClient(future), 'NOT_YET_VALID'],
    'for servers only': [pki.client({ extendedKeyUsage: ['serverAuth'] }), 'WRONG_PURPOSE'],
    'for encipherment only': [pki.client({ keyUsage: ['keyEncipherment'] }), 'WRONG_KEY_USAGE'],
    'self-signed, for servers only': [
      pki.selfSignedClient({ extendedKeyUsage: ['serverAuth'] }),
      'WRONG_PURPOSE',
    ],
    'unknown CA with its chain': [stranger.client(), 'UNTRUSTED_ISSUER'],
    'unknown CA without its chain': [{ cert: stranger.client().pem, key: '' }, 'UNTRUSTED_ISSUER'],
    'trusted intermediate left out': [{ cert: pki.client().pem, key: '' }, 'UNTRUSTED_ISSUER'],
    "another key under the trusted root's name": [
      namesake.client({ issuer: namesake.root }),
      'BAD_SIGNATURE',
    ],
    "subject and issuer equal to the trusted root's name, another key": [
      namesake.root,
      'FORGED_CA_NAME',
    ],
    "self-signed, with the trusted root's name as issuer alone": [
      pki.selfSignedClient({ issuerName: { CN: 'Clients Root' } }),
      'FORGED_CA_NAME',
    ],
    'subject equal to issuer, signed by another key': [
      issueCertificate({ subject: 'x', issuerName: 'x', issuer: stranger.root }),
      'UNTRUSTED_ISSUER',
    ],
    'a CA as a client': [intermediate, 'CA_AS_LEAF'],
    'a leaf issued by a leaf': [pki.client({ issuer: leaf }), 'NOT_A_CA'],
    'RSA 1024': [pki.client({ key: 'rsa1024' }), 'WEAK_KEY'],
    'self-signed RSA 1024': [pki.selfSignedClient({ key: 'rsa1024' }), 'WEAK_KEY'],
    'signed with SHA-1': [pki.client({ signature: { hash: 'sha1' } }), 'WEAK_SIGNATURE'],
    'self-signed with SHA-1': [
      pki.selfSignedClient({ signature: { hash: 'sha1' } }),
      'WEAK_SIGNATURE',
    ],
    'an unknown critical extension': [
      pki.client({
        extraExtensions: [
          { oid: '1.3.6.1.4.1.99999.1', critical: true, value: Buffer.from([5, 0]) },
        ],
      }),
      'UNKNOWN_CRITICAL_EXTENSION',
    ],
  } as const
  for (const [name, [presented, reason]] of Object.entries(cases)) {
    const withKey = presented !== null && 'cert' in presented ? keyed(name) : presented
    const answer = await service.ask(withKey)
    t.match(answer, { status: 401, code: `FST_CERT_VERIFIER_${reason}` }, name)
  }
  t.equal(service.passed(), 0, 'nothing reached the handler')

  function keyed(name: string): { cert: string; key: string } {
    const issued = name.startsWith('unknown') ? stranger.client() : pki.client()
    return { cert: issued.pem, key: issued.keyPem }
  }
})

t.test('an intermediate that clients leave out is found in the configuration', async (t) => {
  const { caSigned } = trusting
  const options = { ...trusting, caSigned: { ...caSigned, intermediates: [intermediate.pem] } }
  const service = await startVerifierService(t, [root, intermediate], options)
  const client = pki.client()
  t.match(await service.ask({ cert: client.pem, key: client.keyPem }), {
    status: 200,
    kind: 'ca-verified',
  })
})

t.test('without trust anchors nothing is CA-verified, though OpenSSL had said so', async (t) => {
  const options = { domain: 'auth.example.com', selfSigned: 'forward' } as const
  const service = await startVerifierService(t, [root], options)
  t.match(await service.ask(pki.client({ issuer: root })), {
    code: 'FST_CERT_VERIFIER_CA_SIGNED_NOT_ACCEPTED',
  })
})

t.test('SUCCESS needs both verdicts: a path that OpenSSL did not verify is refused', async (t) => {
  const service = await startVerifierService(t, [stranger.root], trusting)
  t.match(await service.ask(pki.client()), {
    status: 401,
    code: 'FST_CERT_VERIFIER_HANDSHAKE_VERDICT_DIFFERS',
  })
})

t.test(
  'a self-signed certificate that OpenSSL was told to trust is still self-signed',
  async (t) => {
    const pinned = pki.selfSignedClient()
    const service = await startVerifierService(t, [root, pinned], {
      ...trusting,
      selfSigned: 'forward',
    })
    t.match(await service.ask(pinned), { status: 200, kind: 'self-signed' })
  },
)

t.test(
  'OpenSSL can be overruled by an option that names its danger, and the verdict shows it',
  async (t) => {
    const caSigned = { ...trusting.caSigned, dangerouslyTrustOwnEngineAlone: true }
    const service = await startVerifierService(t, [stranger.root], { ...trusting, caSigned })
    t.match(await service.ask(pki.client()), {
      status: 200,
      kind: 'ca-verified',
      body: /"handshakeError":"[A-Z_]+"/,
    })
    t.match(await service.ask(stranger.client()), {
      status: 401,
      code: 'FST_CERT_VERIFIER_UNTRUSTED_ISSUER',
    })
  },
)

t.test('each kind can be turned away on its own', async (t) => {
  const service = await startVerifierService(t, [root], trusting)
  t.match(await service.ask(pki.selfSignedClient()), {
    code: 'FST_CERT_VERIFIER_SELF_SIGNED_NOT_ACCEPTED',
  })
})

t.test('where a certificate is optional, none passes and a bad one does not', async (t) => {
  const service = await startVerifierService(t, [root], { ...trusting, certificate: 'optional' })
  t.match(await service.ask(null), { status: 200, kind: 'none' })
  t.match(await service.ask(pki.client(past)), { status: 401, code: 'FST_CERT_VERIFIER_EXPIRED' })
})
