import {
  type CertVerifierOptions,
  refusalErrors,
  refusalReasons,
  resolveOptions,
} from '@mtls-edge/cert-verifier'
import { createPki, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'

const pki = createPki()
const { root } = pki
const revocation = { mode: 'off' } as const
const domain = 'auth.example.com'
const good: CertVerifierOptions = { domain, caSigned: { trustAnchors: [root.pem], revocation } }

const revoking = (more: object): unknown => ({
  domain,
  caSigned: { trustAnchors: [root.pem], revocation: { mode: 'require', ...more } },
})

t.test('bad options fail at registration, with their path', async (t) => {
  const broken = root.pem.replace('MII', 'MIX')
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [{}, /option domain/],
    [{ domain: '' }, /option domain/],
    [{ ...good, domain: 'https://auth.example.com' }, /option domain: .*without https:\/\//],
    [{ ...good, domain: 'auth.example.com:443' }, /option domain/],
    [{ domain }, /option caSigned.*nobody could come/],
    [{ ...good, certificate: 'maybe' }, /option certificate/],
    [{ ...good, selfSigned: 'off' }, /option selfSigned/],
    [{ ...good, selfSigned: 'registered' }, /option registry/],
    [{ domain, caSigned: { ...good.caSigned, requireRegistration: true } }, /option registry/],
    [
      { domain, caSigned: { trustAnchors: [], revocation } },
      /caSigned\.trustAnchors.*at least one/,
    ],
    [{ domain, caSigned: { trustAnchors: root.pem, revocation } }, /caSigned\.trustAnchors.*list/],
    [
      { domain, caSigned: { trustAnchors: ['nothing'], revocation } },
      /caSigned\.trustAnchors\[0\]/,
    ],
    [
      { domain, caSigned: { trustAnchors: [root.pem, broken], revocation } },
      /caSigned\.trustAnchors\[1\]/,
    ],
    // What JavaScript lets pass: it became a root that no path ever led to.
    ...[Buffer.from(root.pem), root.der, root.x509, null, {}, 1].map(
      (anchor) =>
        [
          { domain, caSigned: { trustAnchors: [anchor], revocation } },
          /caSigned\.trustAnchors\[0\]: must be PEM text, as readFileSync\(FILE, 'utf8'\)/,
        ] as const,
    ),
    [
      revoking({ crls: ['-----BEGIN X509 CRL-----'] }),
      /revocation\.crls\[0\]: must be a CRL in DER/,
    ],
    [revoking({ crls: [{}] }), /revocation\.crls\[0\]: must be a CRL in DER/],
    [
      revoking({ crls: [Buffer.from(issueCrl({ issuer: pki.root }).pem)] }),
      /revocation\.crls\[0\]: must be a CRL in DER: .*PEM/,
    ],
    [{ domain, caSigned: { trustAnchors: [root.pem] } }, /caSigned\.revocation\.mode/],
    [revoking({ fetch: ['ldap'] }), /revocation\.fetch.*crl and ocsp/],
    [revoking({ fetch: 'crl' }), /revocation\.fetch.*list/],
    [revoking({ fetchAllowHosts: ['http://crl.example.com'] }), /fetchAllowHosts.*without scheme/],
    [revoking({ fetchAllowHosts: ['crl.example.com:80'] }), /fetchAllowHosts/],
    [revoking({ fetchLimits: { timeout: 0 } }), /fetchLimits\.timeout.*above 0/],
    [revoking({ fetchLimits: { maxBytes: 1 } }), /fetchLimits\.maxBytes/],
    [revoking({ staleGrace: -1 }), /revocation\.staleGrace/],
    // A list would hold for ever.
    [revoking({ staleGrace: Number.POSITIVE_INFINITY }), /revocation\.staleGrace: must be milli/],
    [revoking({ fetchLimits: { timeout: Number.POSITIVE_INFINITY } }), /timeout.*whole number/],
    [{ ...good, denied: {} }, /option denied: is no option: accepted are domain/],
    [{ ...good, deny: { thumprints: [] } }, /option deny\.thumprints: is no option/],
    [{ ...good, allow: { serials: [] } }, /option allow\.serials: is no option/],
    [
      { domain, caSigned: { ...good.caSigned, requireRegistraton: true } },
      /caSigned\.requireRegistraton/,
    ],
    [
      { domain, caSigned: { ...good.caSigned, requireRegistration: 'yes' } },
      /requireRegistration: must be true/,
    ],
    [
      { domain, caSigned: { ...good.caSigned, dangerouslyTrustOwnEngineAlone: 1 } },
      /OwnEngineAlone: must be true/,
    ],
    [
      { domain, caSigned: { trustAnchors: [root.pem], revocation: { mode: 'off', staleGrce: 1 } } },
      /staleGrce/,
    ],
    [{ ...good, deny: { subjects: 'CN=a' } }, /deny\.subjects: must be a list/],
    [{ ...good, deny: { subjectAlternativeNames: ['dns:a b'] } }, /not a name of the form dns/],
    [{ ...good, deny: { subjectAlternativeNames: ['dns:dns:a'] } }, /not a name of the form dns/],
    [{ ...good, deny: { subjectAlternativeNames: ['email:a'] } }, /not a name of the form email/],
    [{ ...good, deny: { subjectAlternativeNames: ['uri:a'] } }, /not a name of the form uri/],
    [{ ...good, allow: { thumbprints: ['abc'] } }, /allow\.thumbprints\[0\].*64 hexadecimal/],
    [{ ...good, allow: { subjects: ['CN=a', 'client'] } }, /allow\.subjects\[1\]/],
    [{ ...good, deny: { issuers: ['XY=a'] } }, /deny\.issuers\[0\]/],
    [
      { ...good, deny: { subjectAlternativeNames: ['ip:1.2.3'] } },
      /deny\.subjectAlternativeNames\[0\]/,
    ],
    [
      { ...good, deny: { serials: [{ issuer: 'CN=a', serial: 'xyz' }] } },
      /deny\.serials\[0\].*hexadecimal/,
    ],
  ]
  for (const [options, message] of cases)
    t.throws(
      () => resolveOptions(options as CertVerifierOptions),
      { code: 'FST_CERT_VERIFIER_INVALID_OPTION', message },
      String(message),
    )
})

t.test('every reason has an error class of its own whose sentence a client may read', async (t) => {
  const codes = new Set<string>()
  for (const reason of refusalReasons) {
    const Refusal = refusalErrors.get(reason)
    if (Refusal === undefined) throw new Error(`no class for ${reason}`)
    const error = new Refusal()
    t.equal(error.code, `FST_CERT_VERIFIER_${reason.toUpperCase()}`)
    t.match(error.message, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/, 'RFC 6749 section 5.2')
    const isPassing = reason === 'registry_unavailable' || reason === 'session_unknown'
    t.equal(error.statusCode, isPassing ? 503 : 401)
    codes.add(error.code)
  }
  t.equal(codes.size, refusalReasons.length)
})

t.test('what is fetched is read once, and nothing where nobody looks', async (t) => {
  const fetchingOf = (more: object) =>
    resolveOptions(revoking(more) as CertVerifierOptions).policy.caSigned?.fetching
  t.equal(fetchingOf({}), null)
  t.equal(fetchingOf({ mode: 'off', fetch: ['crl'] }), null)
  t.match(fetchingOf({ fetch: ['ocsp', 'crl', 'ocsp'], fetchAllowHosts: ['10.0.0.1', '[::1]'] }), {
    fetch: ['ocsp', 'crl'],
    allowHosts: ['10.0.0.1', '[::1]'],
  })
})
