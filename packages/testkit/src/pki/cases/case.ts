import { issueCertificate } from '../certificate.js'
import type { CertificateOptions } from '../certificate-options.js'
import type { Issued } from '../issued.js'

const DAY = 86_400_000

/** A case of the table, ready to be decided. */
export interface OddCase {
  /** Unique in the table. */
  readonly name: string
  /** What is odd, and which rule says so. */
  readonly why: string
  /** `self-signed`: the leaf is (or claims to be) signed by its own key; the others want a path to an anchor. */
  readonly kind: 'ca-signed' | 'self-signed'
  /** The leaf with its key. */
  readonly issued: Issued
  /** The leaf's bytes: not always DER. */
  readonly der: Buffer
  /** What the client sends with it: untrusted, in this order. */
  readonly chain: readonly Buffer[]
  readonly trustAnchors: readonly Buffer[]
  /** The time to decide for. */
  readonly at: Date
  /** `either`: CAs must not issue it, but nothing says that whoever verifies must refuse it. */
  readonly verdict: 'accepted' | 'refused' | 'either'
  /** The reason codes of which one is right where it is refused; empty for what is accepted. */
  readonly reasons: readonly string[]
}

/** What the definitions build on: certificates valid ten days on either side of `at`. */
export interface World {
  readonly at: Date
  readonly root: Issued
  readonly intermediate: Issued
  issue(options: CertificateOptions): Issued
  /** A client's certificate by the intermediate. */
  leaf(options?: CertificateOptions): Issued
  /** A CA under the root. */
  ca(options?: CertificateOptions): Issued
}

/** A leaf with what surrounds it, where that is not its own chain and the root. */
export interface Presented {
  readonly leaf: Issued
  readonly chain?: readonly Issued[]
  readonly anchors?: readonly Issued[]
  readonly at?: Date
}

/** A case before it is made. */
export interface CaseDefinition {
  readonly name: string
  readonly why: string
  readonly kind: OddCase['kind']
  readonly reasons: readonly string[]
  readonly verdict: OddCase['verdict']
  make(world: World): Issued | Presented
}

/** A CA-signed case: `make` issues it, or options say how the intermediate issues it. Without reasons it is accepted. */
export function odd(
  name: string,
  why: string,
  reasons: readonly string[],
  make: CertificateOptions | CaseDefinition['make'],
): CaseDefinition {
  const issue = typeof make === 'function' ? make : (world: World) => world.leaf(make)
  return { name, why, kind: 'ca-signed', reasons, verdict: verdictOf(reasons), make: issue }
}

/** The same case, which may be accepted, or refused for one of its reasons. */
export function tolerated(definition: CaseDefinition): CaseDefinition {
  return { ...definition, verdict: 'either' }
}

/** A CA-signed case that is {@link tolerated}. */
export function tolerable(...parameters: Parameters<typeof odd>): CaseDefinition {
  return tolerated(odd(...parameters))
}

function verdictOf(reasons: readonly string[]): 'accepted' | 'refused' {
  return reasons.length === 0 ? 'accepted' : 'refused'
}

/** A self-signed case. */
export function oddSelfSigned(
  name: string,
  why: string,
  reasons: readonly string[],
  make: CertificateOptions | CaseDefinition['make'],
): CaseDefinition {
  const issue =
    typeof make === 'function'
      ? make
      : (world: World) => world.issue({ subject: 'self-signed', ...make })
  return { name, why, kind: 'self-signed', reasons, verdict: verdictOf(reasons), make: issue }
}

/** Makes the certificates that every case may use. */
export function createWorld(at: Date): World {
  const dates = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() + 10 * DAY),
  }
  const issue = (options: CertificateOptions) => issueCertificate({ ...dates, ...options })
  const root = issue({ subject: { O: 'Odd', CN: 'Odd Root' }, ca: true })
  const intermediate = issue({
    subject: { O: 'Odd', CN: 'Odd Intermediate' },
    ca: true,
    issuer: root,
  })
  return {
    at,
    root,
    intermediate,
    issue,
    leaf: (options) =>
      issue({ subject: { O: 'Odd', CN: 'leaf' }, issuer: intermediate, ...options }),
    ca: (options) =>
      issue({ subject: { O: 'Odd', CN: 'Odd CA' }, ca: true, issuer: root, ...options }),
  }
}

/** Makes a case. */
export function makeCase({ make, ...definition }: CaseDefinition, world: World): OddCase {
  const made = make(world)
  const presented: Presented = 'leaf' in made ? made : { leaf: made }
  const { leaf, anchors = [world.root], at = world.at } = presented
  // A client does not send the self-signed end of its chain.
  const chain = presented.chain ?? leaf.chain.slice(1).filter(({ issuer }) => issuer !== null)
  return {
    ...definition,
    issued: leaf,
    der: leaf.der,
    chain: chain.map(({ der }) => der),
    trustAnchors: anchors.map(({ der }) => der),
    at,
  }
}
