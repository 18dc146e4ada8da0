import {
  type CertificateOptions,
  createPki,
  type Issued,
  issueCertificate,
  issueCertificateOfEncodedSize,
  type KeyKind,
} from '@mtls-edge/testkit'
import { isChainShown } from './presented-chain.ts'

const DAY = 86_400_000
const past = { notBefore: new Date(Date.now() - 3 * DAY), notAfter: new Date(Date.now() - DAY) }
const future = { notBefore: new Date(Date.now() + DAY), notAfter: new Date(Date.now() + 3 * DAY) }

/** The CAs that the edge is configured with. */
export const pki = createPki()
/** An intermediate that the edge is given, so that clients need not send it. */
export const configured = issueCertificate({
  subject: 'Configured Intermediate',
  ca: true,
  pathLength: 0,
  issuer: pki.root,
})
const strangers = createPki({ name: 'Unknown' })

/** A certificate, and what the client sends. */
export interface CertificateKind {
  readonly title: string
  readonly issued: Issued
  /** PEM that is sent. */
  readonly sent: string
}

export interface AcceptedKind extends CertificateKind {
  readonly verification: 'SUCCESS' | 'FAILED:self-signed certificate'
}

export interface RefusedKind extends CertificateKind {
  readonly reason: string
}

let number = 0

// Every subject is another, so that none of them is another's client.
function signed(options: CertificateOptions = {}): Issued {
  number += 1
  return pki.client({ subject: { O: 'Example', CN: `client ${number}` }, ...options })
}

function selfSigned(options: CertificateOptions = {}): Issued {
  number += 1
  return pki.selfSignedClient({ subject: { CN: `self-signed ${number}` }, ...options })
}

function ofSize(size: number, options: CertificateOptions): Issued {
  number += 1
  return issueCertificateOfEncodedSize(size, { subject: { CN: `size ${number}` }, ...options })
}

function accepted(title: string, issued: Issued, sent = issued.chainPem): AcceptedKind {
  const verification = issued.issuer === null ? 'FAILED:self-signed certificate' : 'SUCCESS'
  return { title, issued, sent, verification }
}

const KEYS: readonly KeyKind[] = ['p256', 'p384', 'rsa2048', 'rsa4096', 'ed25519']

const WELL_MADE: readonly AcceptedKind[] = [
  accepted('signed by the root itself', signed({ issuer: pki.root })),
  accepted('through an intermediate that the client sends', signed()),
  ...[signed({ issuer: configured })].map((issued) =>
    accepted('through an intermediate that the edge has', issued, issued.pem),
  ),
  ...KEYS.map((key) => accepted(`CA-signed, ${key}`, signed({ key }))),
  accepted('CA-signed, without key usage', signed({ keyUsage: null, extendedKeyUsage: null })),
  ...KEYS.map((key) => accepted(`self-signed, ${key}`, selfSigned({ key }))),
  accepted('self-signed, without extensions', selfSigned({ extensions: 'none' })),
  accepted('self-signed, version 1', selfSigned({ version: 1 })),
  accepted(
    'self-signed as by openssl req -x509: CA:TRUE',
    selfSigned({ ca: true, keyUsage: null, extendedKeyUsage: null }),
  ),
  accepted('CA-signed, 4095 bytes encoded', ofSize(4095, { issuer: pki.intermediate })),
  accepted('CA-signed, 4096 bytes encoded', ofSize(4096, { issuer: pki.intermediate })),
  accepted('self-signed, 4096 bytes encoded', ofSize(4096, {})),
]

/** Its path leads over an intermediate that the edge knows only if the client sends it, and Node shows it. */
const leansOnSent = ({ issued }: CertificateKind): boolean => issued.issuer === pki.intermediate

/** All that are well made, less those that the edge can't know on a Node that hides what the client sent. */
export const ACCEPTED: readonly AcceptedKind[] = WELL_MADE.filter(
  (kind) => isChainShown || !leansOnSent(kind),
)

function refused(
  reason: string,
  title: string,
  issued: Issued,
  sent = issued.chainPem,
): RefusedKind {
  return { title, issued, sent, reason }
}

const serverOnly: CertificateOptions = { extendedKeyUsage: ['serverAuth'] }
const unknown = strangers.client({ subject: 'of an unknown CA' })
const caLeaf = issueCertificate({ subject: 'a CA', ca: true, issuer: pki.root })
const leaf = signed()

const ILL_MADE: readonly RefusedKind[] = [
  refused('expired', 'CA-signed, expired', signed(past)),
  refused('not_yet_valid', 'CA-signed, not yet valid', signed(future)),
  refused('expired', 'self-signed, expired', selfSigned(past)),
  refused('not_yet_valid', 'self-signed, not yet valid', selfSigned(future)),
  refused('wrong_purpose', 'CA-signed, for servers', signed(serverOnly)),
  refused('wrong_purpose', 'self-signed, for servers', selfSigned(serverOnly)),
  refused('untrusted_issuer', 'of an unknown CA, with its chain', unknown),
  refused('untrusted_issuer', 'of an unknown CA, alone', unknown, unknown.pem),
  refused(
    'untrusted_issuer',
    'of an unknown CA, with its root too',
    unknown,
    unknown.chainPem + strangers.root.pem,
  ),
  refused('ca_as_leaf', 'a CA certificate as a leaf', caLeaf),
  refused(
    'forged_ca_name',
    "self-signed in the trusted root's name",
    issueCertificate({ subject: pki.root.subject }),
  ),
  refused(
    'forged_ca_name',
    "self-signed CA:TRUE in the configured intermediate's name",
    issueCertificate({
      subject: configured.subject,
      ca: true,
      keyUsage: null,
    }),
  ),
  refused(
    'bad_signature',
    "in the trusted root's name as issuer, signed by another key",
    issueCertificate({ subject: 'forged', issuer: pki.root, signingKey: unknown }),
  ),
  refused(
    'not_a_ca',
    'issued by a leaf',
    issueCertificate({ subject: 'issued by a leaf', issuer: leaf }),
  ),
  refused('weak_key', 'CA-signed, RSA 2047', signed({ key: 'rsa2047' })),
  refused('weak_key', 'self-signed, RSA 2047', selfSigned({ key: 'rsa2047' })),
  refused('weak_key', 'CA-signed, RSA 1024', signed({ key: 'rsa1024' })),
  refused('weak_signature', 'CA-signed, SHA-1', signed({ signature: { hash: 'sha1' } })),
  refused('weak_signature', 'self-signed, SHA-1', selfSigned({ signature: { hash: 'sha1' } })),
  refused(
    'certificate_too_large',
    'CA-signed, 4097 bytes encoded',
    ofSize(4097, { issuer: pki.intermediate }),
  ),
  refused('certificate_too_large', 'self-signed, 4097 bytes encoded', ofSize(4097, {})),
]

/** How large it is does not count where no path is found. */
const withHiddenChain = (kind: RefusedKind): RefusedKind =>
  kind.reason === 'certificate_too_large' && leansOnSent(kind)
    ? { ...kind, reason: 'untrusted_issuer' }
    : kind

/** All that must be refused; on a Node that hides what the client sent, also those whose issuer is hidden. */
export const REFUSED: readonly RefusedKind[] = isChainShown
  ? ILL_MADE
  : [
      ...ILL_MADE.map(withHiddenChain),
      ...WELL_MADE.filter(leansOnSent).map((kind) => ({
        ...kind,
        title: `${kind.title}, which Node hides`,
        reason: 'untrusted_issuer',
      })),
    ]
