import type { HostCheck } from '../check.js'
import { fail, pass, unknown } from '../finding.js'
import { writeClientHello } from '../hello/client-hello.js'
import { describeAnswer } from '../hello/describe-answer.js'
import { sendProbe } from '../hello/probe.js'
import { MODERN_SIGNATURES } from '../offers.js'
import { suitesOf } from '../suites.js'

/** DEFLATE and LZS (RFC 3749, RFC 3943), preferred to none. */
const COMPRESSIONS = [1, 64, 0]

/** Compression before encryption tells secrets by their length (CRIME, CVE-2012-4929). TLS 1.3 has none. */
export const refusesCompression: HostCheck = {
  scope: 'host',
  id: 'no-compression',
  title: 'no TLS compression',
  async run({ address, host, profile }) {
    const hello = writeClientHello({
      serverName: host.name,
      compressions: COMPRESSIONS,
      suites: suitesOf(profile).map(({ code }) => code),
      signatureAlgorithms: MODERN_SIGNATURES,
    })
    const answer = await sendProbe(address, hello)
    if (answer.kind === 'alert') return pass(`refused with ${describeAnswer(answer)}`)
    if (answer.kind !== 'server_hello') return unknown(describeAnswer(answer))
    if (answer.compression === 0) return pass('DEFLATE and LZS offered, none chosen')
    return fail(
      `compression method ${answer.compression}`,
      'turn compression off in what ends TLS there',
    )
  },
}
