import {
  type Certificate,
  type PathInput,
  readCertificate,
  validatePath,
} from '@mtls-edge/path-validation'
import {
  type CertificateOptions,
  generateKey,
  type Issued,
  issueCertificate,
} from '@mtls-edge/testkit'
import t from 'tap'

const read = ({ der }: Issued): Certificate => readCertificate(der)
const ca = (subject: string, issuer?: Issued, more: CertificateOptions = {}): Issued =>
  issueCertificate({ subject, ca: true, ...(issuer ? { issuer } : {}), ...more })

function decide(
  leaf: Issued,
  pool: readonly Issued[],
  anchors: readonly Issued[],
  more: Partial<PathInput> = {},
) {
  return validatePath({
    leaf: read(leaf),
    pool: pool.map(read),
    intermediates: [],
    trustAnchors: anchors.map(read),
    at: new Date(),
    purpose: 'clientAuth',
    ...more,
  })
}

const told = (verdict: ReturnType<typeof validatePath>): string =>
  verdict.valid ? 'valid' : verdict.reason
const YESTERDAY = new Date(Date.now() - 86_400_000)

t.test('goes round what leads nowhere', async (t) => {
  const root = ca('root')
  const key = generateKey('p256')
  const good = ca('ca', root, { key })
  const leaf = issueCertificate({ issuer: good })
  const unknownRoot = ca('unknown root')
  const cases: readonly (readonly [title: string, others: readonly Issued[]])[] = [
    ['an expired twin', [ca('ca', root, { key, notAfter: YESTERDAY })]],
    ['a twin of another key', [ca('ca', root)]],
    ['a twin that is no CA', [issueCertificate({ subject: 'ca', issuer: root, key })]],
    ['a cross-certificate of an unknown root', [ca('ca', unknownRoot, { key }), unknownRoot]],
    [
      'a twin with a constraint that forbids the leaf',
      [ca('ca', root, { key, extendedKeyUsage: ['serverAuth'] })],
    ],
    ['a stranger', [ca('elsewhere')]],
    ['the leaf itself', [leaf]],
    [
      'a loop of two CAs that certify each other',
      [ca('other', good), ca('ca', ca('other'), { key })],
    ],
  ]
  for (const [title, others] of cases) {
    t.equal(told(decide(leaf, [...others, good], [root])), 'valid', `${title} first`)
    t.equal(told(decide(leaf, [good, ...others], [root])), 'valid', `${title} last`)
  }
})

t.test('finds the way over a bridge', async (t) => {
  // Four authorities: the leaf's own root is unknown here; a bridge certifies it, and our root certifies the bridge.
  const ours = ca('our root')
  const [bridgeKey, theirKey] = [generateKey('p256'), generateKey('p256')]
  const theirs = ca('their root', undefined, { key: theirKey })
  const bridge = ca('bridge', ours, { key: bridgeKey })
  const cross = ca('their root', bridge, { key: theirKey })
  const back = ca('bridge', theirs, { key: bridgeKey })
  const leaf = issueCertificate({ issuer: ca('their ca', theirs) })
  const pool = [theirs, back, cross, bridge, ...leaf.chain.slice(1, 2)]
  const verdict = decide(leaf, pool, [ours])
  t.equal(told(verdict), 'valid')
  t.same(verdict.valid && verdict.path.map(({ subject }) => subject.text), [
    'CN=client',
    'CN=their ca',
    'CN=their root',
    'CN=bridge',
    'CN=our root',
  ])
  t.same(told(decide(leaf, pool, [ca('our root')])), 'bad_signature')
})

t.test('finds the way over a CA that bears another name now, and kept its key', async (t) => {
  const key = generateKey('p256')
  const old = ca('old name', undefined, { key })
  const leaf = issueCertificate({ issuer: ca('new name', old, { key }) })
  t.equal(told(decide(leaf, leaf.chain.slice(1, 2), [old])), 'valid')
})

t.test('each candidate for an issuer that is tried counts', async (t) => {
  const root = ca('root')
  const leaf = issueCertificate({ issuer: ca('ca', root) })
  const pool = leaf.chain.slice(1, 2)
  t.equal(told(decide(leaf, pool, [root], { limits: { maxCandidates: 2 } })), 'valid')
  t.equal(told(decide(leaf, pool, [root], { limits: { maxCandidates: 1 } })), 'budget_exceeded')
})

t.test('says what is wrong with the nearest path', async (t) => {
  const root = ca('root')
  const key = generateKey('p256')
  const leaf = issueCertificate({ issuer: ca('ca', root, { key }) })
  const expired = ca('ca', root, { key, notAfter: YESTERDAY })
  const limited = ca('ca', root, { key, nameConstraints: { permitted: [{ directory: 'O=x' }] } })
  const impostor = ca('ca', root)
  t.equal(told(decide(leaf, [impostor], [root])), 'bad_signature')
  t.equal(told(decide(leaf, [impostor, expired], [root])), 'expired')
  t.equal(told(decide(leaf, [expired, limited, impostor], [root])), 'name_constraint_violation')
  t.equal(told(decide(leaf, [], [root])), 'untrusted_issuer')
  t.equal(told(decide(leaf, [], [])), 'untrusted_issuer')
})

t.test('tells every step that it took', async (t) => {
  const root = ca('root')
  const key = generateKey('p256')
  const good = ca('ca', root, { key })
  const expired = ca('ca', root, { key, notAfter: YESTERDAY })
  const { trace } = decide(issueCertificate({ issuer: good }), [expired, good], [root])
  t.same(
    trace.map(({ step, reason, path }) => [step, reason, path.length]),
    [
      ['candidate', 'expired', 2],
      ['candidate', null, 2],
      ['candidate', null, 3],
      ['accepted', null, 3],
    ],
  )
  t.same(
    trace[0]?.path.map(({ subject }) => subject),
    ['CN=client', 'CN=ca'],
  )
  t.match(trace[0]?.detail, /^"CN=ca" \([0-9a-f]{8}\): valid until /)
})

t.test('does not take the leaf from the pool, nor trust it as an anchor', async (t) => {
  const root = ca('root')
  const victim = issueCertificate({ subject: 'victim', issuer: root })
  const attacker = issueCertificate({ subject: 'attacker' })
  // The attacker sends the victim's certificate along: whatever is found must begin with what the attacker proved.
  t.equal(told(decide(attacker, [victim], [root])), 'untrusted_issuer')
  t.equal(told(decide(attacker, [], [attacker])), 'untrusted_issuer')
})

t.test('counts no self-issued certificate against a path length', async (t) => {
  const root = ca('root', undefined, { pathLength: 0 })
  const [oldKey, newKey] = [generateKey('p256'), generateKey('p256')]
  const base = ca('root', undefined, { key: oldKey, pathLength: 0 })
  const handedOver = ca('root', base, { key: newKey, signingKey: oldKey })
  const leaf = issueCertificate({ issuer: handedOver })
  t.equal(told(decide(leaf, [handedOver], [base])), 'valid')
  const below = issueCertificate({ issuer: ca('ca', root) })
  t.equal(told(decide(below, below.chain.slice(1, 2), [root])), 'path_length_exceeded')
})

t.test('takes no path of more certificates than its limit', async (t) => {
  let issuer = ca('ca 0')
  const root = issuer
  const pool: Issued[] = []
  for (let i = 1; i <= 9; i++) {
    issuer = ca(`ca ${i}`, issuer)
    pool.push(issuer)
  }
  const leaf = issueCertificate({ issuer })
  t.equal(told(decide(leaf, pool, [root])), 'budget_exceeded')
  t.equal(told(decide(leaf, pool, [root], { limits: { maxPathLength: 11 } })), 'valid')
})

t.test('spends no more on a mesh of CAs than its budget', async (t) => {
  // Anybody can make CAs that certify each other in every direction and send them along with a leaf. Each path through
  // them is another one to try: with a few dozen certificates there are more than could be tried in a year. P-521 is the
  // slowest of the accepted keys.
  for (const kind of ['p256', 'p521'] as const) {
    const keys = Array.from({ length: 6 }, () => generateKey(kind))
    const heads = keys.map((key) => ca('mesh', undefined, { key }))
    const mesh = keys.flatMap((key) =>
      heads.map((head) => ca('mesh', head, { key, authorityKeyIdentifier: null })),
    )
    const issued = issueCertificate({ issuer: heads[0] ?? ca('mesh') })
    const root = ca('root')
    // The best of three: what else the machine does is not the verdict's cost.
    const costs = [1, 2, 3].map(() => {
      const [leaf, pool, anchors] = [read(issued), mesh.map(read), [read(root)]]
      const input = { leaf, pool, intermediates: [], trustAnchors: anchors, at: new Date() }
      const start = process.cpuUsage()
      const verdict = validatePath({ ...input, purpose: 'clientAuth' })
      const { user, system } = process.cpuUsage(start)
      t.equal(told(verdict), 'budget_exceeded', kind)
      return (user + system) / 1000
    })
    t.ok(Math.min(...costs) < 60, `${kind}: ${costs.join(', ')} ms of CPU`)
  }
})

t.test('looks at a limited number of presented certificates', async (t) => {
  const root = ca('root')
  const good = ca('ca', root)
  const leaf = issueCertificate({ issuer: good })
  const strangers = Array.from({ length: 32 }, (_, i) => ca(`stranger ${i}`))
  t.equal(told(decide(leaf, [...strangers, good], [root])), 'untrusted_issuer')
  t.equal(told(decide(leaf, [...strangers.slice(1), good], [root])), 'valid')
})

t.test('refuses an issuer whose RSA key is made to cost time', async (t) => {
  const root = ca('root')
  const slow = ca('slow', root, { key: 'rsa3072' })
  const leaf = issueCertificate({ issuer: slow })
  const limits = { maxRsaBits: 2048 }
  t.equal(told(decide(leaf, [slow], [root], { limits })), 'budget_exceeded')
  t.equal(told(decide(leaf, [slow], [root])), 'valid')
})

t.test('refuses thousands of names under thousands of constraints within its budget', async (t) => {
  // A CA with 900 constraints and a leaf with 900 names would cost 810,000 comparisons for one handshake.
  const many = (zone: string) =>
    Array.from({ length: 900 }, (_, i) => ({ dns: `n${i}.${zone}.example` }))
  const root = ca('root', undefined, { nameConstraints: { excluded: many('a') } })
  const leaf = issueCertificate({ issuer: root, subjectAlternativeNames: many('b') })
  const [client, anchor] = [read(leaf), read(root)]
  const start = process.cpuUsage()
  const input = {
    leaf: client,
    pool: [],
    intermediates: [],
    trustAnchors: [anchor],
    at: new Date(),
  }
  const verdict = validatePath({ ...input, purpose: 'clientAuth' })
  const { user, system } = process.cpuUsage(start)
  t.equal(told(verdict), 'budget_exceeded')
  t.ok(user + system < 60_000, `${(user + system) / 1000} ms of CPU`)
})
