import { Server } from 'node:tls'
import type { CertificatePolicy } from './decision/policy.js'

const SETTINGS = '`https: { cert, key, ca, requestCert: true, rejectUnauthorized: false }`'

/**
 * Finds the setting of the server with which no client's certificate can pass: that fails closed, with a reason that leads nowhere
 * near the mistake. `null` where there is none, or where Node does not tell.
 *
 * @param server Fastify's own, whichever kind it is
 */
export function findServerFault(server: object, { caSigned }: CertificatePolicy): string | null {
  if (!(server instanceof Server)) {
    return `cert-verifier: the server does not speak TLS, so that no request comes with a client certificate: give Fastify ${SETTINGS}`
  }
  if (Reflect.get(server, 'requestCert') === false) {
    return 'cert-verifier: the server asks no client for a certificate: set `requestCert: true` in `https`'
  }
  if (Reflect.get(server, 'rejectUnauthorized') === true) {
    return 'cert-verifier: the server turns clients away in the handshake, before a reason can be told: set `rejectUnauthorized: false` in `https`'
  }
  const wantsCa = caSigned !== null && !caSigned.trustsOwnEngineAlone
  if (wantsCa && Reflect.get(server, 'ca') === undefined) {
    return 'cert-verifier: the server verifies certificates by the public roots, and those of caSigned are refused (handshake_verdict_differs): set `ca` in `https` to the trust anchors'
  }
  return null
}
