import { connect } from 'node:tls'
import type { HostCheck } from '../check.js'
import { type Finding, fail, pass, unknown } from '../finding.js'
import { writeClientHello } from '../hello/client-hello.js'
import { describeAnswer } from '../hello/describe-answer.js'
import { PROBE_TIMEOUT, sendProbe } from '../hello/probe.js'
import { MODERN_SIGNATURES } from '../offers.js'
import type { HostSubject } from '../subject.js'
import { suitesOf } from '../suites.js'

/** The renegotiation_info extension (RFC 5746 section 3.2), empty as in a first handshake. */
const RENEGOTIATION_INFO = 0xff01
const EMPTY_INFO = Buffer.from([0])

/**
 * TLS 1.2's renegotiation: the server says that it knows of the attack (CVE-2009-3555), and a client that asks for one gets none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5746
 */
export const refusesRenegotiation: HostCheck = {
  scope: 'host',
  id: 'no-renegotiation',
  title: 'no renegotiation',
  async run(subject) {
    const { address, host, profile } = subject
    const hello = writeClientHello({
      serverName: host.name,
      suites: suitesOf(profile).map(({ code }) => code),
      signatureAlgorithms: MODERN_SIGNATURES,
      extraExtensions: [[RENEGOTIATION_INFO, EMPTY_INFO]],
    })
    const answer = await sendProbe(address, hello)
    if (answer.kind === 'alert') return pass('TLS 1.2 is refused, and TLS 1.3 has none')
    if (answer.kind !== 'server_hello') return unknown(describeAnswer(answer))
    if (!answer.extensions.includes(RENEGOTIATION_INFO)) {
      return fail(
        'the server does not know secure renegotiation (RFC 5746)',
        'bring what ends TLS there up to date, or let it pass TCP through',
      )
    }
    return renegotiate(subject)
  },
}

function renegotiate({ address, host }: HostSubject): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address.host,
      port: address.port,
      servername: host.name,
      maxVersion: 'TLSv1.2',
      rejectUnauthorized: false,
    })
    const finish = (finding: Finding): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(finding)
    }
    let isAsked = false
    const refused = (): void =>
      finish(isAsked ? pass('asked for, and refused') : unknown('no handshake over TLS 1.2'))
    // A server that ignores the question refuses it too.
    const timer = setTimeout(refused, PROBE_TIMEOUT)
    socket.on('error', refused)
    socket.on('close', refused)
    socket.on('secureConnect', () => {
      isAsked = true
      socket.renegotiate({ rejectUnauthorized: false }, (error) => {
        if (error !== null) return refused()
        finish(fail('a client may renegotiate', 'turn renegotiation off in what ends TLS there'))
      })
    })
  })
}
