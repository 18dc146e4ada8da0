import { type Certificate, type RevocationInput, validatePath } from '@mtls-edge/path-validation'

/** A path of which everything is verified but the status of some certificates. */
export interface StatusQuestion {
  /** From the leaf to the anchor. */
  readonly path: readonly Certificate[]
  /** Those of the path whose status is not known. */
  readonly missing: readonly Certificate[]
  /** Certificates that may have signed a CRL: the path's own, the anchors, intermediates, what was presented. */
  readonly authorities: readonly Certificate[]
  /** What is known from elsewhere (CRL files). */
  readonly known: RevocationInput
}

/** The certificates of the path above this one, its issuer first. */
export function listAbove(
  certificate: Certificate,
  { path }: StatusQuestion,
): readonly Certificate[] {
  return path.slice(path.indexOf(certificate) + 1)
}

/** Whether a certificate's status is known with what was fetched: by the very rules that decide on paths. */
export function isKnown(
  certificate: Certificate,
  question: StatusQuestion,
  fetched: Pick<RevocationInput, 'crls' | 'ocsp'>,
  at: number,
): boolean {
  const issuers = listAbove(certificate, question)
  const { known, authorities } = question
  const verdict = validatePath({
    leaf: certificate,
    pool: authorities,
    intermediates: issuers.slice(0, -1),
    trustAnchors: issuers.slice(-1),
    at: new Date(at),
    purpose: 'any',
    revocation: {
      ...known,
      mode: 'prefer',
      crls: [...known.crls, ...fetched.crls],
      ocsp: fetched.ocsp ?? [],
    },
  })
  return verdict.valid ? !verdict.unknownStatus.includes(certificate) : verdict.reason === 'revoked'
}
