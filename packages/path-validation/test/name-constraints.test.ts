import { readCertificate, validatePath } from '@mtls-edge/path-validation'
import {
  type CertificateOptions,
  type GeneralName,
  issueCertificate,
  type NameConstraints,
} from '@mtls-edge/testkit'
import t from 'tap'

interface Chain {
  readonly root?: NameConstraints
  readonly intermediate?: NameConstraints
  readonly leaf?: CertificateOptions
}

function decide({ root, intermediate, leaf }: Chain): string {
  const constrain = (nameConstraints?: NameConstraints) =>
    nameConstraints ? { nameConstraints } : {}
  const anchor = issueCertificate({ subject: 'CN=root', ca: true, ...constrain(root) })
  const issuer = issueCertificate({
    subject: 'CN=ca,O=Bank',
    ca: true,
    issuer: anchor,
    ...constrain(intermediate),
  })
  const client = issueCertificate({ issuer, subject: 'CN=client,O=Bank', ...leaf })
  const verdict = validatePath({
    leaf: readCertificate(client.der),
    pool: [readCertificate(issuer.der)],
    intermediates: [],
    trustAnchors: [readCertificate(anchor.der)],
    at: new Date(),
    purpose: 'clientAuth',
  })
  return verdict.valid ? 'valid' : verdict.reason
}

const REFUSED = 'name_constraint_violation'
const dns = (value: string): GeneralName => ({ dns: value })
const email = (value: string): GeneralName => ({ email: value })
const uri = (value: string): GeneralName => ({ uri: value })
const ip = (value: string): GeneralName => ({ ip: value })

/** Whether a name is accepted under a constraint that permits, and under one that excludes. */
const NAMES: readonly (readonly [
  constraint: GeneralName,
  name: GeneralName,
  permitted: boolean,
  notExcluded: boolean,
])[] = [
  [dns('bank.example'), dns('bank.example'), true, false],
  [dns('bank.example'), dns('a.b.bank.example'), true, false],
  [dns('bank.example'), dns('A.BANK.EXAMPLE'), true, false],
  [dns('bank.example'), dns('notbank.example'), false, true],
  [dns('bank.example'), dns('bank.example.evil'), false, true],
  [dns('.bank.example'), dns('a.bank.example'), true, false],
  [dns('.bank.example'), dns('bank.example'), false, true],
  [dns(''), dns('anything.example'), true, false],
  [dns('bank.example'), dns('*.bank.example'), true, false],
  [dns('a.bank.example'), dns('*.bank.example'), false, false],
  [dns('bank.example'), dns('bank.example.'), false, false],
  [dns('bank.example'), dns('a..bank.example'), false, false],
  [dns('bank.example'), dns(`${'a.'.repeat(121)}bank.example`), false, false],
  [dns('bank.example'), dns('a b.bank.example'), false, false],
  [dns('bank.example'), dns('bank.example\0.evil'), false, false],
  [email('bank.example'), email('a@bank.example'), true, false],
  [email('bank.example'), email('a@BANK.example'), true, false],
  [email('bank.example'), email('a@sub.bank.example'), false, true],
  [email('.bank.example'), email('a@sub.bank.example'), true, false],
  [email('.bank.example'), email('a@bank.example'), false, true],
  [email('a@bank.example'), email('a@bank.example'), true, false],
  [email('a@bank.example'), email('A@bank.example'), false, true],
  [email('bank.example'), email('no-at'), false, false],
  [email('bank.example'), email('"x@evil"@bank.example'), false, false],
  [email('bank.example'), email('a@b@bank.example'), false, false],
  [uri('bank.example'), uri('https://bank.example/path'), true, false],
  [uri('bank.example'), uri('https://user@bank.example:8443?q'), true, false],
  [uri('bank.example'), uri('https://sub.bank.example/'), false, true],
  [uri('.bank.example'), uri('https://sub.bank.example/'), true, false],
  [uri('bank.example'), uri('https://evil.example/bank.example'), false, true],
  [uri('bank.example'), uri('https://bank.example@evil.example/'), false, true],
  [uri('bank.example'), uri('https://evil.example\\@bank.example/'), false, false],
  [uri('bank.example'), uri('urn:bank.example'), false, false],
  [uri('bank.example'), uri('https://192.0.2.1/'), false, false],
  [uri('bank.example'), uri('https://[2001:db8::1]/'), false, false],
  [ip('192.0.2.0/24'), ip('192.0.2.255'), true, false],
  [ip('192.0.2.0/24'), ip('192.0.3.0'), false, true],
  [ip('192.0.2.0/25'), ip('192.0.2.128'), false, true],
  [ip('0.0.0.0/0'), ip('203.0.113.9'), true, false],
  [ip('2001:db8::/32'), ip('2001:db8:1::1'), true, false],
  [ip('2001:db8::/32'), ip('2001:db9::1'), false, true],
  [ip('192.0.2.0/24'), ip('2001:db8::1'), false, true],
  [{ directory: 'CN=x,O=Bank' }, { directory: 'OU=y,CN=x,O=Bank' }, true, false],
  [{ directory: 'CN=X,O=bank' }, { directory: 'CN=x,O=BANK ' }, true, false],
  [{ directory: 'CN=x,O=Bank' }, { directory: 'O=Bank' }, false, true],
]

t.test('permits and excludes alternative names of every form', async (t) => {
  for (const [constraint, name, permitted, notExcluded] of NAMES) {
    const title = `${JSON.stringify(constraint)} on ${JSON.stringify(name)}`
    const leaf = { subjectAlternativeNames: [name] }
    // The subject's own form is kept out of it by a constraint that permits all of it.
    const own = 'directory' in constraint ? [{ directory: 'CN=client,O=Bank' }] : []
    const allowing = { permitted: [constraint, ...own] }
    t.equal(
      decide({ intermediate: allowing, leaf }),
      permitted ? 'valid' : REFUSED,
      `permits ${title}`,
    )
    const excluding = { excluded: [constraint] }
    t.equal(
      decide({ intermediate: excluding, leaf }),
      notExcluded ? 'valid' : REFUSED,
      `excludes ${title}`,
    )
  }
})

const mailName = { subject: [{ type: 'emailAddress', value: 'a@evil.example' }] }
const CHAINS: readonly (readonly [title: string, chain: Chain, verdict: string])[] = [
  ['a subject within', { intermediate: { permitted: [{ directory: 'O=Bank' }] } }, 'valid'],
  ['a subject outside', { intermediate: { permitted: [{ directory: 'O=Other' }] } }, REFUSED],
  [
    'a subject that is excluded',
    { intermediate: { excluded: [{ directory: 'O=Bank' }] } },
    REFUSED,
  ],
  [
    'an e-mail address in the subject',
    { intermediate: { excluded: [email('evil.example')] }, leaf: mailName },
    REFUSED,
  ],
  [
    'an e-mail address in the subject, beside one in the alternative names',
    {
      intermediate: { permitted: [email('bank.example')] },
      leaf: { ...mailName, subjectAlternativeNames: [email('a@bank.example')] },
    },
    REFUSED,
  ],
  [
    "the anchor's own constraints, on the leaf",
    {
      root: { permitted: [dns('bank.example')] },
      leaf: { subjectAlternativeNames: [dns('evil.example')] },
    },
    REFUSED,
  ],
  [
    "the anchor's own constraints, on an intermediate",
    { root: { permitted: [{ directory: 'O=Other' }] } },
    REFUSED,
  ],
  [
    'both CAs permit',
    {
      root: { permitted: [dns('example')] },
      intermediate: { permitted: [dns('bank.example')] },
      leaf: { subjectAlternativeNames: [dns('a.bank.example')] },
    },
    'valid',
  ],
  [
    'the lower CA permits more than the upper',
    {
      root: { permitted: [dns('bank.example')] },
      intermediate: { permitted: [dns('example')] },
      leaf: { subjectAlternativeNames: [dns('evil.example')] },
    },
    REFUSED,
  ],
  [
    'the CAs permit different forms',
    {
      root: { permitted: [dns('bank.example')] },
      intermediate: { permitted: [email('bank.example')] },
      leaf: { subjectAlternativeNames: [dns('bank.example'), email('a@bank.example')] },
    },
    'valid',
  ],
  [
    'excluded wins over permitted',
    {
      intermediate: { permitted: [dns('example')], excluded: [dns('bank.example')] },
      leaf: { subjectAlternativeNames: [dns('bank.example')] },
    },
    REFUSED,
  ],
  [
    'one of two names is outside',
    {
      intermediate: { permitted: [dns('bank.example')] },
      leaf: { subjectAlternativeNames: [dns('bank.example'), dns('evil.example')] },
    },
    REFUSED,
  ],
  [
    'a leaf without a subject, under a CA that permits some subjects',
    {
      intermediate: { permitted: [{ directory: 'O=Bank' }] },
      leaf: { subject: [], subjectAlternativeNames: [dns('bank.example')] },
    },
    'valid',
  ],
  [
    'a form that no constraint speaks of',
    {
      intermediate: { permitted: [dns('bank.example')] },
      leaf: { subjectAlternativeNames: [ip('192.0.2.1')] },
    },
    'valid',
  ],
  [
    'a name that looks odd, and no constraint on its form',
    {
      intermediate: { permitted: [ip('0.0.0.0/0')] },
      leaf: { subjectAlternativeNames: [dns('a..b')] },
    },
    'valid',
  ],
  [
    'a mask that is none',
    { intermediate: { permitted: [{ ip: Buffer.of(10, 0, 0, 0, 255, 0, 255, 0) }] } },
    REFUSED,
  ],
  [
    'an address without a mask',
    { intermediate: { permitted: [{ ip: Buffer.of(10, 0, 0, 0) }] } },
    REFUSED,
  ],
  ['a malformed DNS constraint', { intermediate: { excluded: [dns('a..b')] } }, REFUSED],
  ['a malformed e-mail constraint', { intermediate: { excluded: [email('@b')] } }, REFUSED],
  [
    'a constraint on a registered identifier',
    { intermediate: { excluded: [{ registeredId: '1.2.3' }] } },
    REFUSED,
  ],
  [
    'a constraint on another form',
    { intermediate: { permitted: [{ other: { oid: '1.2.3', value: Buffer.of(5, 0) } }] } },
    REFUSED,
  ],
  ['a minimum', { intermediate: { permitted: [{ directory: 'O=Bank', minimum: 1 }] } }, REFUSED],
  ['a maximum', { intermediate: { permitted: [{ directory: 'O=Bank', maximum: 1 }] } }, REFUSED],
]

t.test('applies constraints along the path', async (t) => {
  for (const [title, chain, verdict] of CHAINS) t.equal(decide(chain), verdict, title)
})
