import type { Certificate } from '../certificate/certificate.js'
import type { Budget } from '../path/budget.js'
import type { PathInput } from '../path/input.js'
import { costOf } from '../signature/cost.js'
import type { Crl } from './crl.js'
import { isCrlSignedBy, knownAnswer } from './crl-signature.js'

/** What looking for the signer of a list needs. */
export interface SignerSearch {
  readonly input: PathInput
  readonly budget: Budget
  /**
   * Whether a certificate has a valid path, with revocation, to the same anchor as the path in question. `isDesignated`: the
   * certificate in question names the signer as its `cRLIssuer`.
   */
  readonly isTrusted: (signer: Certificate, isDesignated: boolean) => boolean
}

/**
 * Finds who signed a list, and may; `null` where that is nobody: a certificate of its issuer's name, whose key usage has cRLSign where it says
 * anything, with a path to the anchor of the path in question. CAs of that path come first; they are validated already.
 *
 * @param above the certificates of the path above the one in question
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.3.3 (f) and (g)
 */
export function findSigner(
  crl: Crl,
  above: readonly Certificate[],
  isDesignated: boolean,
  search: SignerSearch,
): Certificate | null {
  const { input, budget, isTrusted } = search
  const pool = input.pool.slice(0, budget.limits.maxPoolSize)
  const tried = new Set<string>()
  for (const signer of [...above, ...input.trustAnchors, ...input.intermediates, ...pool]) {
    if (signer.subject.normalized !== crl.issuer.normalized || tried.has(signer.thumbprint))
      continue
    tried.add(signer.thumbprint)
    if (!maySignCrls(signer)) continue
    if (knownAnswer(crl, signer) === null) {
      budget.spend('maxSignatureChecks', costOf(signer.publicKey))
    }
    if (!isCrlSignedBy(crl, signer)) continue
    if (above.includes(signer) || isTrusted(signer, isDesignated)) return signer
  }
  return null
}

function maySignCrls({ extensions, publicKey }: Certificate): boolean {
  const isUsable = publicKey.type !== 'unknown' && publicKey.type !== 'ed448'
  return isUsable && (extensions.keyUsage === null || extensions.keyUsage.includes('crlSign'))
}
