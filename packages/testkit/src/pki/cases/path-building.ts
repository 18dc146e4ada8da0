import type { Issued } from '../issued.js'
import { odd, type World } from './case.js'

const DAY = 86_400_000

function line(world: World, length: number): Issued {
  let issuer = world.root
  for (let index = 0; index < length; index += 1) {
    issuer = world.ca({ subject: `CA ${index}`, issuer })
  }
  return issuer
}

/** Certificates of some CAs for one another: `keys` are theirs, each pair certified in both directions. */
function clique(world: World, size: number): readonly Issued[] {
  const members = Array.from({ length: size }, (_, index) => {
    return world.issue({ subject: `member ${index}`, ca: true })
  })
  return members.flatMap((issuer) => {
    const others = members.filter((member) => member !== issuer)
    return others.map((member) => {
      return world.issue({ subject: member.subject, key: member, ca: true, issuer })
    })
  })
}

/** Pools in which the right path has to be searched for, and pools without one. */
export const PATH_BUILDING_CASES = [
  odd('a pool out of order', 'the order means nothing', [], (world) => {
    const issuer = line(world, 3)
    return { leaf: world.leaf({ issuer }), chain: issuer.chain.slice(0, -1).reverse() }
  }),
  odd('everything twice', 'duplicates mean nothing', [], ({ intermediate, root, leaf }) => {
    const own = leaf()
    return { leaf: own, chain: [own, intermediate, root, intermediate, root] }
  }),
  odd('strangers in the pool', 'they are passed over', [], (world) => {
    const stranger = world.issue({ subject: 'stranger', ca: true })
    return {
      leaf: world.leaf(),
      chain: [stranger, world.leaf({ issuer: stranger }), world.intermediate],
    }
  }),
  odd('the wrong twin first', 'two CAs of one name with different keys', [], (world) => {
    const { subject } = world.intermediate
    const twin = world.ca({ subject })
    const leaf = world.leaf({ authorityKeyIdentifier: null })
    return { leaf, chain: [twin, world.intermediate] }
  }),
  odd('the expired twin first', 'one name and key, two validities', [], (world) => {
    const { intermediate, at, ca } = world
    const old = ca({
      subject: intermediate.subject,
      key: intermediate,
      notAfter: new Date(at.getTime() - DAY),
    })
    return { leaf: world.leaf(), chain: [old, intermediate] }
  }),
  odd('a cross-signed CA', 'one way leads to the anchor, the other does not', [], (world) => {
    const other = world.issue({ subject: 'Other Root', ca: true })
    const { intermediate } = world
    const cross = world.issue({
      subject: intermediate.subject,
      key: intermediate,
      ca: true,
      issuer: other,
    })
    return { leaf: world.leaf(), chain: [cross, other, intermediate] }
  }),
  odd('a bridge', 'the way leads through two other CAs of the anchor', [], (world) => {
    const other = world.issue({ subject: 'Other Root', ca: true })
    const bridge = world.ca({ subject: 'Bridge' })
    const across = world.issue({ subject: other.subject, key: other, ca: true, issuer: bridge })
    return { leaf: world.leaf({ issuer: other }), chain: [other, across, bridge] }
  }),
  odd(
    'an intermediate as the anchor',
    'the path ends at any anchor',
    [],
    ({ intermediate, leaf }) => {
      return { leaf: leaf(), chain: [], anchors: [intermediate] }
    },
  ),
  odd('six CAs in a line', 'a long path is a path', [], (world) =>
    world.leaf({ issuer: line(world, 5) }),
  ),
  odd(
    'a hundred CAs in a line',
    'longer than any path that is in use',
    ['budget_exceeded', 'path_length_exceeded', 'untrusted_issuer'],
    (world) => {
      return world.leaf({ issuer: line(world, 100) })
    },
  ),
  odd(
    'two CAs that certify each other',
    'a loop without an anchor',
    ['untrusted_issuer', 'budget_exceeded'],
    (world) => {
      const chain = clique(world, 2)
      return { leaf: world.leaf({ issuer: chain[0] ?? world.root }), chain }
    },
  ),
  odd(
    'twelve CAs that all certify each other',
    'more paths than can ever be tried',
    ['untrusted_issuer', 'budget_exceeded'],
    (world) => {
      const chain = clique(world, 12)
      return { leaf: world.leaf({ issuer: chain[0] ?? world.root }), chain }
    },
  ),
  odd(
    'two hundred twins',
    'as many signatures to check as an attacker likes',
    ['bad_signature', 'untrusted_issuer', 'budget_exceeded'],
    (world) => {
      const { subject } = world.intermediate
      const twins = Array.from({ length: 200 }, () => world.ca({ subject }))
      const stranger = world.issue({ subject, ca: true })
      const leaf = world.leaf({ issuer: stranger, authorityKeyIdentifier: null })
      return { leaf, chain: twins }
    },
  ),
  odd('a name in another case and with other spaces', 'names compare by 7.1', [], (world) => {
    return world.leaf({ issuerName: { O: 'ODD', CN: ' odd   INTERMEDIATE ' } })
  }),
  odd('a name in another string type', 'names compare by 7.1', [], (world) => {
    return world.leaf({ issuerName: { O: 'Odd', CN: 'Odd Intermediate' }, stringType: 'printable' })
  }),
  odd(
    'a name in another order',
    'the order of a name counts (7.1)',
    ['untrusted_issuer'],
    (world) => {
      return world.leaf({ issuerName: { CN: 'Odd Intermediate', O: 'Odd' } })
    },
  ),
]
