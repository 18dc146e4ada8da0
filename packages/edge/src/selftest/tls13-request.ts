import { connect } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { PROBE_TIMEOUT } from './hello/probe.js'
import type { HostSubject } from './subject.js'

export interface CertificateQuestion {
  /** Null: it could not be seen. */
  readonly isAsked: boolean | null
  readonly words: string
}

/**
 * Whether a host asks for a client certificate over TLS 1.3, where the question is encrypted and Node does not tell: a
 * client that has a certificate sends it exactly when it is asked, so the bytes that it sends tell. The certificate is
 * the host's own, the only one at hand: it is public, and the connection ends right after the handshake.
 */
export async function isAskedInTls13(subject: HostSubject): Promise<CertificateQuestion> {
  const [own] = subject.domain.serverCertificates
  if (own === undefined) return { isAsked: null, words: 'not seen' }
  try {
    const without = await countSentBytes(subject, {})
    const having = { cert: own.certificate, key: own.key.reveal() }
    const isAsked = (await countSentBytes(subject, having)) - without > SMALLEST_CERTIFICATE
    return { isAsked, words: isAsked ? 'asked for' : 'not asked for' }
  } catch (error) {
    return { isAsked: null, words: error instanceof Error ? error.message : 'not seen' }
  }
}

/** In bytes: no certificate is smaller, and no two handshakes that send none differ by as much. */
const SMALLEST_CERTIFICATE = 150

function countSentBytes(
  { address, host }: HostSubject,
  identity: ConnectionOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const wire = connect({ host: address.host, port: address.port })
    const socket = connectTls({
      ...identity,
      socket: wire,
      servername: host.name,
      minVersion: 'TLSv1.3',
      // One group, so that there is no second hello.
      ecdhCurve: 'X25519',
      rejectUnauthorized: false,
    })
    const finish = (end: () => void): void => {
      clearTimeout(timer)
      socket.destroy()
      wire.destroy()
      end()
    }
    const giveUp = (error: Error): void => finish(() => reject(error))
    const timer = setTimeout(() => giveUp(new Error('no handshake in time')), PROBE_TIMEOUT)
    wire.on('error', giveUp)
    socket.on('error', giveUp)
    socket.on('close', () => giveUp(new Error('the connection was closed')))
    // By then the last flight is written, the certificate with it.
    socket.on('secureConnect', () => setImmediate(() => finish(() => resolve(wire.bytesWritten))))
  })
}
