import type { HostCheck } from '../check.js'
import { fail, pass, unknown } from '../finding.js'
import { writeClientHello } from '../hello/client-hello.js'
import { describeAnswer } from '../hello/describe-answer.js'
import { sendProbe } from '../hello/probe.js'
import { MESSAGE } from '../hello/server-answer.js'
import { MODERN_SIGNATURES } from '../offers.js'
import type { HostSubject } from '../subject.js'
import { suitesOf } from '../suites.js'
import { isAskedInTls13 } from '../tls13-request.js'

/** The alias asks for a client certificate, in both versions. */
export const asksForCertificate: HostCheck = {
  scope: 'host',
  id: 'client-certificate-asked',
  title: 'client certificate asked for',
  roles: ['alias', 'shared'],
  run: (subject) => compare(subject, true),
}

/** The custom domain asks for none: browsers would show their users a certificate picker. */
export const asksForNoCertificate: HostCheck = {
  scope: 'host',
  id: 'client-certificate-not-asked',
  title: 'no client certificate asked for',
  roles: ['public'],
  run: (subject) => compare(subject, false),
}

async function compare(subject: HostSubject, wanted: boolean): ReturnType<HostCheck['run']> {
  const answers = {
    'TLS 1.2': await isAskedInTls12(subject),
    'TLS 1.3': await isAskedInTls13(subject),
  }
  const versions = Object.entries(answers)
  const seen = versions.map(([version, { words }]) => `${version}: ${words}`).join(', ')
  if (versions.some(([, { isAsked }]) => isAsked === !wanted)) {
    return fail(
      seen,
      wanted
        ? 'without it no client can prove itself: let what stands in front of the edge pass TCP through'
        : 'browsers show a certificate picker there: ask on the mTLS alias alone',
    )
  }
  const isSeen = versions.some(([, { isAsked }]) => isAsked !== null)
  return isSeen ? pass(seen) : unknown(seen)
}

/** In TLS 1.2 the question stands in the server's first flight, in the clear (RFC 5246 section 7.4.4). */
async function isAskedInTls12({ address, host, profile }: HostSubject) {
  const hello = writeClientHello({
    serverName: host.name,
    suites: suitesOf(profile).map(({ code }) => code),
    signatureAlgorithms: MODERN_SIGNATURES,
  })
  const answer = await sendProbe(address, hello, 'server_hello_done')
  if (answer.kind !== 'server_hello') return { isAsked: null, words: describeAnswer(answer) }
  const isAsked = answer.messages.includes(MESSAGE.certificateRequest)
  return { isAsked, words: isAsked ? 'asked for' : 'not asked for' }
}
