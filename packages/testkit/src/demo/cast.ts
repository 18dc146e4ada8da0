import { createPki, type Issued, issueCertificate } from '../pki/index.js'

const DAY = 86_400_000

/** Every certificate that plays a part in the demo. */
export interface Cast {
  /** The root that clients trust the edge, and the edge trusts the stand-in, by. */
  readonly serverRoot: Issued
  readonly edge: Issued
  readonly auth0: Issued
  /** The root that the edge verifies client certificates by. */
  readonly clientRoot: Issued
  /** The CA below that root, which signs clients. */
  readonly clientIntermediate: Issued
  /** A registered client, signed by that intermediate. */
  readonly caSigned: Issued
  /** Another client of the same CA. */
  readonly neighbour: Issued
  /** A registered client that signed its certificate itself. */
  readonly selfSigned: Issued
  readonly expired: Issued
  /** Of a CA that nobody configured. */
  readonly stranger: Issued
  /** Signed by its own key, under the name of the configured root. */
  readonly impostor: Issued
}

/** Makes the throw-away PKI for the hosts of the demo. */
export function createCast(hosts: readonly string[], originHost: string): Cast {
  const servers = createPki({ name: 'Demo Server' })
  const clients = createPki({ name: 'Demo Client' })
  const strangers = createPki({ name: 'Unknown' })
  const subject = { C: 'GB', O: 'Example Bank', CN: 'payments' }
  return {
    serverRoot: servers.root,
    edge: servers.server(hosts),
    auth0: servers.server(originHost),
    clientRoot: clients.root,
    clientIntermediate: clients.intermediate,
    caSigned: clients.client({ subject }),
    neighbour: clients.client({ subject: { ...subject, CN: 'neighbour' } }),
    selfSigned: clients.selfSignedClient({ subject: { CN: 'a small company' } }),
    expired: clients.client({
      subject,
      notBefore: new Date(Date.now() - 3 * DAY),
      notAfter: new Date(Date.now() - DAY),
    }),
    stranger: strangers.client({ subject }),
    impostor: issueCertificate({ subject: clients.root.subject }),
  }
}
