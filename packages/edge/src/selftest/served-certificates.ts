import { X509Certificate } from 'node:crypto'
import { connect, type DetailedPeerCertificate, getCACertificates } from 'node:tls'
import { PROBE_TIMEOUT } from './hello/probe.js'
import type { DomainSubject } from './subject.js'
import type { ServerKey } from './suites.js'

/** What a host serves to a client that can verify one kind of key alone. */
export interface ServedCertificate {
  readonly key: ServerKey
  /** Null: there was no handshake; `failure` then says why. */
  readonly leaf: X509Certificate | null
  /** How many certificates came, the leaf among them; a self-signed root counts once. */
  readonly length: number
  /** Why the chain can't be verified, by OpenSSL's code; null where it can. The name is not looked at. */
  readonly chainFault: string | null
  readonly failure: string | null
}

const SIGNATURES = {
  rsa: 'rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:rsa_pss_pss_sha256:rsa_pkcs1_sha256',
  ec: 'ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:ed25519',
} satisfies Record<ServerKey, string>

/** Asks a host for the certificate of one kind of key, as a client that can verify no other. Never throws. */
export function readServedCertificate(
  { address, roots }: DomainSubject,
  servername: string,
  key: ServerKey,
): Promise<ServedCertificate> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address.host,
      port: address.port,
      servername,
      sigalgs: SIGNATURES[key],
      // What is wrong with it is what shall be told.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(roots === null ? {} : { ca: [...getCACertificates('default'), roots] }),
    })
    const finish = (served: ServedCertificate): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(served)
    }
    const giveUp = (failure: string): void =>
      finish({ key, leaf: null, length: 0, chainFault: null, failure })
    const timer = setTimeout(() => giveUp('no handshake in time'), PROBE_TIMEOUT)
    socket.on('error', ({ message }) => giveUp(message))
    socket.on('close', () => giveUp('the connection was closed'))
    socket.on('secureConnect', () => {
      const peer = socket.getPeerCertificate(true)
      const fault: unknown = socket.authorizationError
      finish({
        key,
        leaf: new X509Certificate(peer.raw),
        length: countChain(peer),
        // Node's types say Error; it is the code.
        chainFault: socket.authorized ? null : String(fault),
        failure: null,
      })
    })
  })
}

function countChain(leaf: DetailedPeerCertificate): number {
  let length = 1
  for (let one = leaf; isFollowed(one); one = one.issuerCertificate) length += 1
  return length
}

/** A self-signed certificate is its own issuer; a missing one is undefined, whatever the types say. */
function isFollowed(one: DetailedPeerCertificate): boolean {
  const issuer: DetailedPeerCertificate | undefined = one.issuerCertificate
  return issuer !== undefined && issuer.fingerprint256 !== one.fingerprint256
}
