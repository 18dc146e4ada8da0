import t from 'tap'
import { type Chain, decide, dns, email, ip, REFUSED, uri } from './name-constraint-fixture.ts'

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
    'a CA whose name the root excludes, and not that of the leaf',
    { root: { excluded: [{ directory: 'CN=ca,O=Bank' }] } },
    REFUSED,
  ],
  [
    'a leaf that bears the name of its CA',
    {
      intermediate: { excluded: [dns('evil.example')] },
      leaf: { subject: 'CN=ca,O=Bank', subjectAlternativeNames: [dns('evil.example')] },
    },
    REFUSED,
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
  [
    'a DNS name that is excluded as a host of e-mail addresses',
    {
      intermediate: { excluded: [email('bank.example')] },
      leaf: { subjectAlternativeNames: [dns('bank.example')] },
    },
    'valid',
  ],
  [
    'an e-mail constraint of a malformed host',
    { intermediate: { excluded: [email('a@b..c')] } },
    REFUSED,
  ],
  ['a malformed constraint on URIs', { intermediate: { excluded: [uri('https://b/')] } }, REFUSED],
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
