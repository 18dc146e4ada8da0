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
  maxPoolSize: number,
): readonly Candidate[] {
  const found: Candidate[] = []
  addNamed(found, child, input.trustAnchors, true, Number.POSITIVE_INFINITY)
  addNamed(found, child, input.intermediates, false, Number.POSITIVE_INFINITY)
  addNamed(found, child, input.pool, false, maxPoolSize)
  return found
}

function addNamed(
  found: Candidate[],
  child: Certificate,
  certificates: readonly Certificate[],
  isAnchor: boolean,
  limit: number,
): void {
  const wanted = child.issuer.normalized
  const from = found.length
  for (const [index, certificate] of certificates.entries()) {
    if (index >= limit) break
    if (certificate.subject.normalized !== wanted) continue
    if (found.some((one) => one.certificate.thumbprint === certificate.thumbprint)) continue
    found.push({ certificate, isAnchor })
  }
  if (found.length - from < 2) return
  const added = found.splice(from)
  added.sort((a, b) => likelihood(child, b.certificate) - likelihood(child, a.certificate))
  found.push(...added)
}

/** How likely it is that this is the issuer: 2 with the wanted key, 0 with another one, 1 where nothing is said. */
function likelihood(child: Certificate, issuer: Certificate): number {
  const wanted = child.extensions.authorityKeyIdentifier?.keyIdentifier ?? null
  const own = issuer.extensions.subjectKeyIdentifier
  if (wanted === null || own === null) return 1
  return wanted === own ? 2 : 0
}
