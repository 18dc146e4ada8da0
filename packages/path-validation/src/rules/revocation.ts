import type { Certificate } from '../certificate/certificate.js'
import { revocationStatusOf } from '../ocsp/status.js'
import { type Objection, objectTo } from '../path/objection.js'
import type { SignerSearch } from '../revocation/crl-signer.js'
import type { RevocationStatus } from '../revocation/status.js'

/** What a path's revocation rests on, for the verdict and the trace. */
export interface RevocationNotes {
  readonly note: (certificate: Certificate, status: RevocationStatus) => void
}

/**
 * No certificate of the path is revoked, from the anchor down: whoever signed a list must not be revoked itself. The anchor's
 * own status is the configuration's business.
 *
 * @param path from the leaf to the anchor
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3 (a)(3)
 */
export function checkRevocation(
  path: readonly Certificate[],
  search: SignerSearch,
  notes: RevocationNotes,
): Objection | null {
  const mode = search.input.revocation?.mode ?? 'off'
  if (mode === 'off') return null
  for (let i = path.length - 2; i >= 0; i--) {
    const certificate = path[i]
    if (certificate === undefined) continue
    const status = revocationStatusOf(certificate, path.slice(i + 1), search)
    notes.note(certificate, status)
    if (status.status === 'revoked') return objectTo(certificate, 'revoked', status.detail)
    if (status.status === 'unknown' && mode === 'require') {
      return objectTo(certificate, 'revocation_unknown', status.detail)
    }
  }
  return null
}
