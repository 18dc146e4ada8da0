import { type PolicyInput, readCertificate, validatePath } from '@mtls-edge/path-validation'
import { ANY_POLICY, type CertificateOptions, issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'

const A = '1.3.6.1.4.1.99999.1'
const B = '1.3.6.1.4.1.99999.2'
const C = '1.3.6.1.4.1.99999.3'

interface Chain {
  readonly root?: CertificateOptions
  readonly intermediate?: CertificateOptions
  /** A CA between the intermediate and the leaf. Default: none. */
  readonly lower?: CertificateOptions
  readonly leaf?: CertificateOptions
}

function decide({ root, intermediate, lower, leaf }: Chain, policies: PolicyInput): string {
  const anchor = issueCertificate({ subject: 'root', ca: true, ...root })
  const upper = issueCertificate({ subject: 'ca', ca: true, issuer: anchor, ...intermediate })
  const issuer = lower
    ? issueCertificate({ subject: 'lower', ca: true, issuer: upper, ...lower })
    : upper
  const verdict = validatePath({
    leaf: readCertificate(issueCertificate({ issuer, ...leaf }).der),
    pool: [upper, issuer].map(({ der }) => readCertificate(der)),
    intermediates: [],
    trustAnchors: [readCertificate(anchor.der)],
    at: new Date(),
    purpose: 'clientAuth',
    policies,
  })
  return verdict.valid ? 'valid' : verdict.reason
}

const of = (...policies: string[]) => ({ policies })
const REFUSED = 'policy_violation'
const required: PolicyInput = { requireExplicitPolicy: true }
const wanting = (...initialPolicySet: string[]): PolicyInput => ({ ...required, initialPolicySet })
const mapped = { ...of(A), policyMappings: [[A, B]] as const }

const CASES: readonly (readonly [
  title: string,
  chain: Chain,
  input: PolicyInput,
  verdict: string,
])[] = [
  ['nothing is required and nothing there', {}, {}, 'valid'],
  ['a policy is required and none there', {}, required, REFUSED],
  ['one policy throughout', { intermediate: of(A), leaf: of(A) }, required, 'valid'],
  ['another policy in the leaf', { intermediate: of(A), leaf: of(B) }, required, REFUSED],
  [
    'another policy in the leaf, and none required',
    { intermediate: of(A), leaf: of(B) },
    {},
    'valid',
  ],
  ['the wanted policy', { intermediate: of(A, B), leaf: of(A, B) }, wanting(B), 'valid'],
  ['an unwanted policy', { intermediate: of(A), leaf: of(A) }, wanting(B), REFUSED],
  ['any policy in the CA', { intermediate: of(ANY_POLICY), leaf: of(A) }, wanting(A), 'valid'],
  [
    'any policy in both, and any wanted',
    { intermediate: of(ANY_POLICY), leaf: of(ANY_POLICY) },
    required,
    'valid',
  ],
  [
    'any policy in both',
    { intermediate: of(ANY_POLICY), leaf: of(ANY_POLICY) },
    wanting(A),
    'valid',
  ],
  [
    'any policy in the CA, inhibited by the configuration',
    { intermediate: of(ANY_POLICY), leaf: of(A) },
    { ...required, inhibitAnyPolicy: true },
    REFUSED,
  ],
  [
    'any policy in the leaf, inhibited by the CA',
    { intermediate: { ...of(A), inhibitAnyPolicy: 0 }, leaf: of(ANY_POLICY) },
    required,
    REFUSED,
  ],
  [
    'a CA that requires a policy',
    { intermediate: { ...of(A), policyConstraints: { requireExplicitPolicy: 0 } } },
    {},
    REFUSED,
  ],
  [
    'a CA that requires a policy later',
    { intermediate: { ...of(A), policyConstraints: { requireExplicitPolicy: 5 } } },
    {},
    'valid',
  ],
  ['a mapped policy', { intermediate: mapped, leaf: of(B) }, wanting(A), 'valid'],
  [
    "a mapped policy, wanted in the leaf's words",
    { intermediate: mapped, leaf: of(B) },
    wanting(B),
    REFUSED,
  ],
  [
    'a mapping that is inhibited',
    { intermediate: mapped, leaf: of(B) },
    { ...wanting(A), inhibitPolicyMapping: true },
    REFUSED,
  ],
  [
    'a mapping from any policy',
    { intermediate: { ...of(A), policyMappings: [[ANY_POLICY, B]] }, leaf: of(B) },
    {},
    REFUSED,
  ],
  [
    'a mapping from any policy, beside one that may be',
    {
      intermediate: {
        ...of(A),
        policyMappings: [
          [A, B],
          [ANY_POLICY, C],
        ],
      },
      leaf: of(B),
    },
    {},
    REFUSED,
  ],
  [
    'a mapping to any policy',
    { intermediate: { ...of(A), policyMappings: [[A, ANY_POLICY]] }, leaf: of(B) },
    {},
    REFUSED,
  ],
  [
    "the anchor's own policies",
    { root: of(A), intermediate: of(A, B), leaf: of(B) },
    required,
    REFUSED,
  ],
  [
    "the anchor's own constraint",
    { root: { policyConstraints: { requireExplicitPolicy: 0 } } },
    {},
    REFUSED,
  ],
  [
    'a requirement in the leaf',
    { leaf: { policyConstraints: { requireExplicitPolicy: 0 } } },
    {},
    REFUSED,
  ],
  [
    'a CA that requires a policy of the second one below it',
    { intermediate: { policyConstraints: { requireExplicitPolicy: 2 } }, lower: {} },
    {},
    REFUSED,
  ],
  [
    'a CA that requires a policy of the third one below it',
    { intermediate: { policyConstraints: { requireExplicitPolicy: 3 } }, lower: {} },
    {},
    'valid',
  ],
  [
    'a requirement in the leaf, which has none of the policies of both CAs',
    {
      intermediate: of(A),
      lower: of(A),
      leaf: { policyConstraints: { requireExplicitPolicy: 0 } },
    },
    {},
    REFUSED,
  ],
  ['any policy wanted', { intermediate: of(A), leaf: of(A) }, wanting(ANY_POLICY), 'valid'],
  [
    'any policy in the anchor',
    { root: of(ANY_POLICY), intermediate: of(A), leaf: of(A) },
    required,
    'valid',
  ],
  ['a policy that the CA lacks', { intermediate: of(A, B), leaf: of(C) }, required, REFUSED],
]

t.test('decides policies by the graph of RFC 9618', async (t) => {
  for (const [title, chain, input, verdict] of CASES) t.equal(decide(chain, input), verdict, title)
})

t.test('refuses mappings that multiply, at no cost', async (t) => {
  // CVE-2023-0464: each CA maps each policy to all of them. The tree of RFC 5280 grows with 40 to the power of the depth.
  const policies = Array.from({ length: 40 }, (_, i) => `1.3.6.1.4.1.99999.${i}`)
  const policyMappings = policies.flatMap((from) => policies.map((to) => [from, to] as const))
  let issuer = issueCertificate({ subject: 'root', ca: true })
  const anchor = readCertificate(issuer.der)
  const pool = Array.from({ length: 6 }, (_, i) => {
    issuer = issueCertificate({ subject: `ca ${i}`, ca: true, issuer, policies, policyMappings })
    return readCertificate(issuer.der)
  })
  const leaf = readCertificate(issueCertificate({ issuer, policies }).der)
  const start = process.cpuUsage()
  const verdict = validatePath({
    leaf,
    pool,
    intermediates: [],
    trustAnchors: [anchor],
    at: new Date(),
    purpose: 'clientAuth',
    policies: required,
  })
  const { user, system } = process.cpuUsage(start)
  t.equal(verdict.valid ? 'valid' : verdict.reason, 'budget_exceeded')
  t.ok(user + system < 60_000, `${(user + system) / 1000} ms of CPU`)
})
