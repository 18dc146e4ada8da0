import type { Certificate } from '../certificate/certificate.js'
import { checkNestedPurpose } from '../rules/extended-key-usage.js'
import { checkNameConstraints } from '../rules/name-constraints/check-name-constraints.js'
import { checkPathLength } from '../rules/path-length.js'
import { checkPolicies } from '../rules/policies/check-policies.js'
import { checkRevocation, type RevocationNotes } from '../rules/revocation.js'
import type { Budget } from './budget.js'
import type { PathInput } from './input.js'
import { checkLeaf } from './leaf.js'
import type { Objection } from './objection.js'
import { findPath } from './search.js'
import { Trace } from './trace.js'

/** What judging a whole path needs. */
export interface Judgement {
  readonly input: PathInput
  readonly budget: Budget
  readonly notes: RevocationNotes
  /** Thumbprints of the signers of lists whose own paths are being judged: none of them can vouch for itself. */
  readonly pending: readonly string[]
}

/** The rules that need the whole path, from the leaf to an anchor. Revocation is last, as it costs most. */
export function checkWholePath(
  path: readonly Certificate[],
  judgement: Judgement,
): Objection | null {
  const { input, budget, notes } = judgement
  const anchor = path.at(-1)
  const isTrusted = (signer: Certificate, isDesignated: boolean) =>
    anchor !== undefined && isTrustedSigner(signer, isDesignated, anchor, judgement)
  return (
    checkPathLength(path) ??
    (input.purpose === 'clientAuth' ? checkNestedPurpose(path) : null) ??
    checkNameConstraints(path, budget) ??
    checkPolicies(path, input.policies ?? {}, budget) ??
    checkRevocation(path, { input, budget, isTrusted }, notes)
  )
}

/**
 * Whether the signer of a list has a path to the very anchor of the certificate in question, with revocation looked up for it
 * too. Its own list counts for itself only where its certificate designates it (`cRLIssuer`): otherwise whoever stole the key of
 * a revoked signer could vouch for it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.3.3 (f)
 */
function isTrustedSigner(
  signer: Certificate,
  isDesignated: boolean,
  anchor: Certificate,
  { input: asked, budget, notes, pending }: Judgement,
): boolean {
  // Most lists are signed by the anchor itself.
  if (signer.thumbprint === anchor.thumbprint) return true
  if (pending.includes(signer.thumbprint)) {
    return isDesignated && pending.at(-1) === signer.thumbprint
  }
  const { policies: _, ...rest } = asked
  const input: PathInput = { ...rest, leaf: signer, purpose: 'any', trustAnchors: [anchor] }
  if (checkLeaf(input) !== null) return false
  const inner: Judgement = { input, budget, notes, pending: [...pending, signer.thumbprint] }
  const checkPath = (path: readonly Certificate[]) => checkWholePath(path, inner)
  return (
    findPath({ input, budget, trace: new Trace(), checkPath, failure: null }, [signer]) !== null
  )
}
