import type { Der } from '../der.js'
import { contextPrimitive, element, sequence } from '../der.js'
import { EXTENSION_OIDS } from '../extension.js'
import type { GeneralName } from '../general-name.js'
import type { NameInput } from '../name.js'
import type { NameConstraints } from '../path-extension.js'
import { type CaseDefinition, odd } from './case.js'

const VIOLATION = ['name_constraint_violation']

interface Names {
  readonly names?: readonly GeneralName[]
  readonly subject?: NameInput
}

/** A leaf with these names under a CA with these constraints; `accepted` where they fit. */
function constrained(
  name: string,
  constraints: NameConstraints,
  { names, subject }: Names,
  reasons: readonly string[] = VIOLATION,
): CaseDefinition {
  return odd(name, 'names under a constrained CA (4.2.1.10)', reasons, ({ ca, leaf }) => {
    const issuer = ca({ nameConstraints: constraints })
    return leaf({
      issuer,
      ...(names ? { subjectAlternativeNames: names } : {}),
      ...(subject === undefined ? {} : { subject }),
    })
  })
}

/** A leaf under a CA whose constraints are written by hand. */
function malformed(name: string, why: string, value: Der): CaseDefinition {
  const extension = { oid: EXTENSION_OIDS.nameConstraints, critical: true, value }
  return odd(
    name,
    why,
    ['malformed_certificate', ...VIOLATION, 'untrusted_issuer'],
    ({ ca, leaf }) => {
      const issuer = ca({ extraExtensions: [extension] })
      return leaf({ issuer, subjectAlternativeNames: [{ dns: 'a.example' }, { ip: '10.0.0.1' }] })
    },
  )
}

const DNS = { permitted: [{ dns: 'example.com' }] }
const DIRECTORY = { permitted: [{ directory: { O: 'Odd' } }] }

/** Names that a CA may not, or may, speak for. */
export const NAME_CONSTRAINT_CASES = [
  constrained('a DNS name within', DNS, { names: [{ dns: 'a.Example.COM' }] }, []),
  constrained('a DNS name that is the base', DNS, { names: [{ dns: 'example.com' }] }, []),
  constrained('a DNS name outside', DNS, { names: [{ dns: 'example.org' }] }),
  constrained('a DNS name that only ends alike', DNS, { names: [{ dns: 'badexample.com' }] }),
  constrained('one DNS name of two outside', DNS, {
    names: [{ dns: 'a.example.com' }, { dns: 'b.example' }],
  }),
  constrained(
    'an excluded DNS name',
    { excluded: [{ dns: 'secret.example.com' }] },
    { names: [{ dns: 'x.secret.example.com' }] },
  ),
  constrained(
    'excluded beats permitted',
    { ...DNS, excluded: [{ dns: 'a.example.com' }] },
    { names: [{ dns: 'a.example.com' }] },
  ),
  constrained(
    'an e-mail address outside',
    { permitted: [{ email: 'example.com' }] },
    { names: [{ email: 'a@sub.example.com' }] },
  ),
  constrained(
    'an e-mail address within',
    { permitted: [{ email: '.example.com' }] },
    { names: [{ email: 'a@sub.example.com' }] },
    [],
  ),
  constrained(
    'an e-mail address in the subject',
    { permitted: [{ email: 'example.com' }] },
    { subject: { CN: 'x', emailAddress: 'a@evil.example' } },
  ),
  constrained(
    'an address outside',
    { permitted: [{ ip: '10.0.0.0/8' }] },
    { names: [{ ip: '11.0.0.1' }] },
  ),
  constrained(
    'an address within',
    { permitted: [{ ip: '10.0.0.0/8' }] },
    { names: [{ ip: '10.255.0.1' }] },
    [],
  ),
  constrained(
    'an IPv6 address under IPv4 alone',
    { permitted: [{ ip: '10.0.0.0/8' }] },
    { names: [{ ip: '::ffff:a00:1' }] },
  ),
  constrained(
    'an excluded IPv6 address',
    { excluded: [{ ip: '2001:db8::/32' }] },
    { names: [{ ip: '2001:db8::1' }] },
  ),
  constrained(
    'a URI outside',
    { permitted: [{ uri: '.example.com' }] },
    { names: [{ uri: 'https://example.org/a' }] },
  ),
  constrained(
    'a URI that only mentions the host',
    { permitted: [{ uri: 'example.com' }] },
    { names: [{ uri: 'https://evil.example/@example.com' }] },
  ),
  constrained(
    'a URI with the host as user',
    { permitted: [{ uri: 'example.com' }] },
    { names: [{ uri: 'https://example.com@evil.example/' }] },
  ),
  constrained(
    'a URI within',
    { permitted: [{ uri: '.example.com' }] },
    { names: [{ uri: 'https://a.example.com:8443/x' }] },
    [],
  ),
  constrained('a subject outside', DIRECTORY, { subject: { O: 'Other', CN: 'x' } }),
  constrained('a subject within', DIRECTORY, { subject: { O: 'ODD', CN: 'x' } }, []),
  constrained('a directory name outside, beside a good subject', DIRECTORY, {
    subject: { O: 'Odd', CN: 'x' },
    names: [{ directory: { O: 'Other' } }],
  }),
  constrained(
    'an excluded subject',
    { excluded: [{ directory: { O: 'Odd' } }] },
    { subject: { O: 'odd', CN: 'x' } },
  ),
  constrained(
    'a kind of constraint that is not understood',
    { permitted: [{ registeredId: '1.2.3' }] },
    { names: [{ registeredId: '1.2.3.4' }] },
    [...VIOLATION, 'unknown_critical_extension'],
  ),
  odd(
    'permitted sets of two CAs',
    'the intersection counts (6.1.4 g)',
    VIOLATION,
    ({ ca, leaf }) => {
      const first = ca({ subject: 'first', nameConstraints: { permitted: [{ dns: 'a.example' }] } })
      const second = ca({
        subject: 'second',
        issuer: first,
        nameConstraints: { permitted: [{ dns: 'b.example' }] },
      })
      return leaf({ issuer: second, subjectAlternativeNames: [{ dns: 'x.b.example' }] })
    },
  ),
  odd('constraints of the anchor', 'they are applied', VIOLATION, ({ issue, leaf }) => {
    const anchor = issue({ subject: 'Anchor', ca: true, nameConstraints: DNS })
    const own = leaf({ issuer: anchor, subjectAlternativeNames: [{ dns: 'example.org' }] })
    return { leaf: own, anchors: [anchor] }
  }),
  malformed('constraints, none', 'permitted or excluded must be there (4.2.1.10)', sequence()),
  malformed(
    'a constraint with a minimum',
    'minimum must be zero (4.2.1.10)',
    subtrees(Buffer.concat([dns('example'), contextPrimitive(0, Buffer.from([1]))])),
  ),
  malformed(
    'a constraint with a maximum',
    'maximum must be absent (4.2.1.10)',
    subtrees(Buffer.concat([dns('example'), contextPrimitive(1, Buffer.from([9]))])),
  ),
  malformed(
    'a mask with holes',
    'a mask is as in CIDR (4.2.1.10)',
    subtrees(contextPrimitive(7, Buffer.from([10, 0, 0, 0, 255, 0, 255, 0]))),
  ),
  malformed(
    'an address without a mask',
    'eight or thirty-two octets (4.2.1.10)',
    subtrees(contextPrimitive(7, Buffer.from([10, 0, 0, 0]))),
  ),
]

function dns(name: string): Buffer {
  return contextPrimitive(2, Buffer.from(name))
}

function subtrees(subtree: Der): Buffer {
  return sequence(element(0xa0, sequence(subtree)))
}
