// A session that outlives its certificate.
//
// In a resumed handshake nothing is verified: `authorized` is what it was. A client whose certificate has expired since, was
// revoked, suspended in the registry, or named by a new list comes back with the session of before and is let in; nginx 1.22
// and HAProxy 2.6 do that. Here a resumed connection gets the verdict of a full handshake now. None of these changes is one
// that sessions are ended for: the connection does resume each time, and what is refused is refused by its own verdict.

import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openRegistryStore } from '@mtls-edge/cert-registry'
import { type Issued, issueCrl, TLS_VERSIONS } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { CUSTOM, clients } from '../../packages/edge/test/edge-stage.ts'
import { startSafeStage } from './session-stage.ts'

const DAY = 86_400_000
const second = 1000

/** A CRL of each authority of the clients, as one PEM file. */
function writeLists(revoked: readonly Issued[], number: number): string {
  return [clients.root, clients.intermediate]
    .map((issuer) => {
      const own = revoked.filter((one) => one.issuer === issuer)
      const revokedHere = own.map((one) => ({ serialNumber: one }))
      return issueCrl({ issuer, crlNumber: number, revoked: revokedHere }).pem
    })
    .join('')
}

/** The edge's time, from now on under the test's control; OpenSSL has its own. */
function takeClock(t: Test): (time: number) => void {
  const real = Date.now
  let offset = 0
  Date.now = () => real() + offset
  t.teardown(() => {
    Date.now = real
  })
  return (time) => {
    offset = time - real()
  }
}

for (const [version, tls] of TLS_VERSIONS) {
  for (const who of ['leaf', 'intermediate'] as const) {
    t.test(`a session whose ${who} was revoked since is refused (${version})`, async (t) => {
      const client = clients.client()
      const revocation = { mode: 'require', crlFiles: ['clients.crl'] }
      const stage = await startSafeStage(
        t,
        (domain) => {
          const caSigned = { ...domain.clientCertificates.caSigned, revocation }
          return { ...domain, clientCertificates: { ...domain.clientCertificates, caSigned } }
        },
        { files: { 'clients.crl': writeLists([], 1) } },
      )
      const { session } = await stage.visit(tls, { certificate: client })
      t.match(await stage.visit(tls, { session }), { isReused: true, status: 200 })
      const revoked = who === 'leaf' ? client : clients.intermediate
      await writeFile(`${dirname(stage.file)}/clients.crl`, writeLists([revoked], 2))
      await stage.change((text) => text)
      const after = await stage.visit(tls, { session })
      t.match(after, { isReused: true, status: 401, reason: 'revoked' })
    })
  }

  t.test(`a session whose registration ended since is refused (${version})`, async (t) => {
    const client = clients.client()
    const stage = await startSafeStage(t, undefined, {
      settings: { registry: 'sqlite:registry.db' },
    })
    const store = await openRegistryStore(`sqlite:${dirname(stage.file)}/registry.db`)
    t.teardown(() => store.close())
    const { session } = await stage.visit(tls, { certificate: client })
    t.match(await stage.visit(tls, { session }), { isReused: true, status: 200 })
    await store.deny({ domain: CUSTOM, thumbprint: client.thumbprint }, 'somebody')
    const deadline = performance.now() + 30_000
    let after = await stage.visit(tls, { session })
    while (after.status === 200 && performance.now() < deadline)
      after = await stage.visit(tls, { session })
    t.match(after, { isReused: true, status: 401, reason: 'registration_revoked' })
  })

  t.test(`a session is refused from the end of its certificate on (${version})`, async (t) => {
    const setTime = takeClock(t)
    const notAfter = new Date(Math.floor(Date.now() / second) * second + DAY)
    const stage = await startSafeStage(t)
    for (const client of [clients.client({ notAfter }), clients.selfSignedClient({ notAfter })]) {
      setTime(notAfter.getTime() - 60 * second)
      const { session } = await stage.visit(tls, { certificate: client })
      t.match(await stage.visit(tls, { session }), { isReused: true, status: 200 })
      setTime(notAfter.getTime() + second)
      const after = await stage.visit(tls, { session })
      t.match(after, { isReused: true, status: 401, reason: 'expired' })
    }
  })

  t.test(`a session begun too early is judged anew, not by its past (${version})`, async (t) => {
    const setTime = takeClock(t)
    const notBefore = new Date(Math.floor(Date.now() / second) * second + DAY)
    const stage = await startSafeStage(t)
    const selfSigned = await stage.visit(tls, {
      certificate: clients.selfSignedClient({ notBefore }),
    })
    const caSigned = await stage.visit(tls, { certificate: clients.client({ notBefore }) })
    for (const { session } of [selfSigned, caSigned]) {
      const again = await stage.visit(tls, { session })
      t.match(again, { isReused: true, status: 401, reason: 'not_yet_valid' })
    }
    setTime(notBefore.getTime())
    const { session } = selfSigned
    t.match(await stage.visit(tls, { session }), { isReused: true, status: 200 })
    // What OpenSSL would say now is not known: a full handshake is to tell, and sessions of before are over.
    const after = await stage.visit(tls, { session: caSigned.session })
    t.match(after, {
      isReused: true,
      status: 503,
      reason: 'session_unknown',
      connection: 'close',
    })
    t.match(await stage.visit(tls, { session: caSigned.session }), { isReused: false })
  })
}
