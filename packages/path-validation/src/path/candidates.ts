import type { Certificate } from '../certificate/certificate.js'
import type { PathInput } from './input.js'

/** A certificate that may have issued another one, as its name says. */
export interface Candidate {
  readonly certificate: Certificate
  readonly isAnchor: boolean
}

/**
 * Lists what bears the name of a certificate's issuer: anchors first, then configured intermediates, then what was
 * presented; within each, those whose key identifier is the wanted one first, and those with another one last. Key
 * identifiers are a hint only: they never exclude.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4158#section-3.5
 */
export function listCandidates(
  child: Certificate,
  input: PathInput,
  poolSize: number,
): readonly Candidate[] {
  const wanted = child.issuer.normalized
  const found: Candidate[] = []
  const seen = new Set<string>()
  const add = (certificates: readonly Certificate[], isAnchor: boolean): void => {
    const named = certificates.filter(({ subject }) => subject.normalized === wanted)
    if (named.length > 1) named.sort((a, b) => likelihood(child, b) - likelihood(child, a))
    for (const certificate of named) {
      if (seen.has(certificate.thumbprint)) continue
      seen.add(certificate.thumbprint)
      found.push({ certificate, isAnchor })
    }
  }
  add(input.trustAnchors, true)
  add(input.intermediates, false)
  add(input.pool.length > poolSize ? input.pool.slice(0, poolSize) : input.pool, false)
  return found
}

/** How likely it is that this is the issuer: 2 with the wanted key, 0 with another one, 1 where nothing is said. */
function likelihood(child: Certificate, issuer: Certificate): number {
  const wanted = child.extensions.authorityKeyIdentifier?.keyIdentifier ?? null
  const own = issuer.extensions.subjectKeyIdentifier
  if (wanted === null || own === null) return 1
  return wanted === own ? 2 : 0
}
