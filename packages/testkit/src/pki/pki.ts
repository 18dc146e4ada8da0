import { issueCertificate } from './certificate.js'
import type { CertificateOptions } from './certificate-options.js'
import type { Issued } from './issued.js'
import type { KeyKind } from './key.js'

/** What `createPki` lets a test choose; `key` holds for root and intermediate. */
export interface PkiOptions {
  /** Default: `p256`. */
  readonly key?: KeyKind
  /** Common name stem of the two CAs. Default: `Test`. */
  readonly name?: string
  /** More choices for the root, and for the intermediate. */
  readonly root?: CertificateOptions
  readonly intermediate?: CertificateOptions
}

/** A throw-away PKI: two CAs and makers of what they issue. */
export interface Pki {
  readonly root: Issued
  readonly intermediate: Issued
  /** A TLS server's certificate by the root for these host names (IP addresses too). */
  server(hosts: string | readonly string[], options?: CertificateOptions): Issued
  /** A client's certificate by the intermediate; `issuer` in the options chooses another CA. */
  client(options?: CertificateOptions): Issued
  /** A client's certificate signed by its own key. */
  selfSignedClient(options?: CertificateOptions): Issued
}

/**
 * Makes a root, an intermediate (path length 0), and makers of servers and clients.
 * @example
 * const pki = createPki()
 * const server = pki.server('mtls.auth.example.com')
 * const client = pki.client({ subject: { CN: 'client-1' } })
 * tls.connect({ cert: client.chainPem, key: client.keyPem, ca: pki.root.pem })
 */
export function createPki(options: PkiOptions = {}): Pki {
  const { key = 'p256', name = 'Test' } = options
  const root = issueCertificate({ subject: { CN: `${name} Root` }, ca: true, key, ...options.root })
  const intermediate = issueCertificate({
    subject: { CN: `${name} Intermediate` },
    ca: true,
    pathLength: 0,
    key,
    issuer: root,
    ...options.intermediate,
  })
  return {
    root,
    intermediate,
    server: (hosts, more) => issueServerCertificate(hosts, { issuer: root, ...more }),
    client: (more) => issueCertificate({ issuer: intermediate, ...more }),
    selfSignedClient: (more) => issueCertificate({ subject: 'self-signed client', ...more }),
  }
}

/** A TLS server's certificate: the names in its SAN, the first of them as common name, and purpose serverAuth. */
export function issueServerCertificate(
  hosts: string | readonly string[],
  options: CertificateOptions = {},
): Issued {
  const names = typeof hosts === 'string' ? [hosts] : hosts
  return issueCertificate({
    subject: { CN: names[0] ?? 'server' },
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    extendedKeyUsage: ['serverAuth'],
    subjectAlternativeNames: names.map((name) => (isAddress(name) ? { ip: name } : { dns: name })),
    ...options,
  })
}

function isAddress(name: string): boolean {
  return /^[\d.]+$|:/.test(name)
}
