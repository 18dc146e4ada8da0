import {
  type CertVerifierOptions,
  decideCertificate,
  type PresentedCertificates,
  resolveOptions,
} from '@mtls-edge/cert-verifier'
import { createPki } from '@mtls-edge/testkit'
import t from 'tap'

const { root, intermediate, client } = createPki()
const { der: leaf } = client()

function decide(more: Partial<PresentedCertificates>, trustsOwnEngine = false): string {
  const options: CertVerifierOptions = {
    domain: 'auth.example.com',
    caSigned: {
      trustAnchors: [root.pem],
      revocation: { mode: 'off' },
      dangerouslyTrustOwnEngineAlone: trustsOwnEngine,
    },
  }
  const presented = {
    leaf,
    pool: [intermediate.der],
    handshake: { verified: true, error: null },
    ...more,
  }
  const decision = decideCertificate(resolveOptions(options).policy, presented, Date.now())
  if (decision.kind === 'refused') return decision.reason
  return decision.registered ? 'registered without a registry' : decision.kind
}

t.test(
  'what is not known of the handshake is no verdict of it, unless it is not asked',
  async (t) => {
    const failed = { verified: false, error: 'CERT_UNTRUSTED' }
    const anyway = 'ca-verified'
    const cases = [
      ['all is known', {}, 'ca-verified', anyway],
      ['nobody asked OpenSSL', { handshake: null }, 'ca-verified', anyway],
      ['OpenSSL refused', { handshake: failed }, 'handshake_verdict_differs', anyway],
      ['a session of before a date', { missing: 'handshake' }, 'session_unknown', anyway],
      ['a session without its chain', { missing: 'chain' }, 'session_unknown', 'session_unknown'],
      ['no intermediate', { pool: [] }, 'untrusted_issuer', 'untrusted_issuer'],
      [
        'no certificate',
        { leaf: Buffer.of(48, 0) },
        'malformed_certificate',
        'malformed_certificate',
      ],
    ] as const
    for (const [title, presented, verdict, byOwnEngine] of cases) {
      t.equal(decide(presented), verdict, title)
      t.equal(decide(presented, true), byOwnEngine, `${title}, where our own engine is enough`)
    }
  },
)
