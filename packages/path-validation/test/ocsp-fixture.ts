import {
  type PathInput,
  type RevocationInput,
  readCertificate,
  readCrl,
  readOcspResponse,
  validatePath,
} from '@mtls-edge/path-validation'
import {
  createPki,
  type Issued,
  issueCertificate,
  issueCrl,
  issueOcspResponse,
  type OcspAnswer,
  type OcspResponseOptions,
  ocspNoCheck,
} from '@mtls-edge/testkit'

export const pki = createPki()
export const { root, intermediate } = pki
export const client = pki.client()
export const minute = 60_000
export const now = Math.floor(Date.now() / 1000) * 1000
export const at = (offset: number): Date => new Date(now + offset)

/** A responder that the intermediate has certified for OCSP. */
export const delegateOf = (options: Parameters<typeof issueCertificate>[0] = {}): Issued =>
  issueCertificate({
    subject: 'responder',
    issuer: intermediate,
    extendedKeyUsage: ['OCSPSigning'],
    extraExtensions: [ocspNoCheck()],
    ...options,
  })

/** The verdict by these answers about the leaf; the intermediate is good by its CRL. */
export function verdictBy(
  responses: readonly Buffer[],
  more: Partial<RevocationInput> = {},
  input: Partial<PathInput> = {},
) {
  const read = (issued: Issued) => readCertificate(issued.der)
  const ocsp = responses.flatMap((der) => {
    const response = readOcspResponse(der)
    return response.status === 'successful' ? [response.answer] : []
  })
  return validatePath({
    leaf: read(client),
    pool: [read(intermediate)],
    intermediates: [],
    trustAnchors: [read(root)],
    at: new Date(now),
    purpose: 'clientAuth',
    revocation: { mode: 'require', crls: [rootCrl], ocsp, ...more },
    ...input,
  })
}

/** The same in one word. */
export function decide(...asked: Parameters<typeof verdictBy>): string {
  const verdict = verdictBy(...asked)
  return verdict.valid ? verdict.revocation : verdict.reason
}

export const rootCrl = readCrl(issueCrl({ issuer: root }).der)
/** An answer about the client: good, by its CA, now, where nothing else is said. */
export const answer = (
  ofLeaf: Partial<OcspAnswer> = {},
  options: Partial<OcspResponseOptions> = {},
): Buffer => {
  const answers = [{ certificate: client, ...ofLeaf }]
  return issueOcspResponse({ answers, responder: intermediate, ...options })
}
