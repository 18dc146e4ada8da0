import type { RegistrationState } from '@mtls-edge/cert-registry'
import { createPki } from '@mtls-edge/testkit'
import t from 'tap'
import { openConnection, REQUEST, readAnswer, startVerifierService } from './verifier-service.ts'

const pki = createPki()
const revocation = { mode: 'off' } as const
const caSigned = { trustAnchors: [pki.root.pem], revocation }

t.test(
  'a certificate that expires while its connection is open is refused from then on',
  async (t) => {
    let now = Date.now()
    const notAfter = new Date(Math.floor(now / 1000) * 1000 + 60_000)
    for (const client of [pki.client({ notAfter }), pki.selfSignedClient({ notAfter })]) {
      now = Date.now()
      const service = await startVerifierService(t, [pki.root], {
        domain: 'auth.example.com',
        caSigned,
        selfSigned: 'forward',
        clock: () => now,
      })
      const connection = await openConnection(service.port, client)
      const ask = async (): Promise<unknown> => {
        const { status, text } = await connection.request(REQUEST)
        return readAnswer(status, text)
      }
      t.match(await ask(), { status: 200 })
      now = notAfter.getTime() + 999
      t.match(await ask(), { status: 200 }, 'the last second of notAfter is part of the validity')
      now += 1
      t.match(await ask(), { status: 401, code: 'FST_CERT_VERIFIER_EXPIRED' })
      connection.destroy()
    }
  },
)

t.test('an issuer that expires takes its certificates along', async (t) => {
  let now = Date.now()
  const notAfter = new Date(Math.floor(now / 1000) * 1000 + 60_000)
  const short = createPki({ intermediate: { notAfter } })
  const service = await startVerifierService(t, [short.root], {
    domain: 'auth.example.com',
    caSigned: { trustAnchors: [short.root.pem], revocation },
    clock: () => now,
  })
  const connection = await openConnection(service.port, short.client())
  t.equal((await connection.request(REQUEST)).status, 200)
  now = notAfter.getTime() + 1000
  const { status, text } = await connection.request(REQUEST)
  t.match(readAnswer(status, text), { status: 401, code: 'FST_CERT_VERIFIER_EXPIRED' })
  connection.destroy()
})

t.test('a certificate becomes valid while its connection is open', async (t) => {
  let now = Date.now()
  const notBefore = new Date(Math.ceil(now / 1000) * 1000 + 60_000)
  const service = await startVerifierService(t, [pki.root], {
    domain: 'auth.example.com',
    selfSigned: 'forward',
    clock: () => now,
  })
  const connection = await openConnection(service.port, pki.selfSignedClient({ notBefore }))
  t.equal((await connection.request(REQUEST)).status, 401)
  now = notBefore.getTime()
  t.equal((await connection.request(REQUEST)).status, 200)
  connection.destroy()
})

t.test('a change in the registry holds for the next request of an open connection', async (t) => {
  let state: RegistrationState = 'active'
  let epoch = 1
  const registry = {
    isFresh: true,
    get epoch() {
      return epoch
    },
    stateOf: () => state,
  }
  const service = await startVerifierService(t, [pki.root], {
    domain: 'auth.example.com',
    caSigned,
    registry,
  })
  const connection = await openConnection(service.port, pki.client())
  t.equal((await connection.request(REQUEST)).status, 200)
  state = 'suspended'
  epoch += 1
  const { status, text } = await connection.request(REQUEST)
  t.match(readAnswer(status, text), {
    status: 401,
    code: 'FST_CERT_VERIFIER_REGISTRATION_SUSPENDED',
  })
  state = 'active'
  epoch += 1
  t.equal((await connection.request(REQUEST)).status, 200)
  connection.destroy()
})

t.test(
  'one verdict serves every connection of a certificate, but each handshake must agree',
  async (t) => {
    // The attack: a client whose chain OpenSSL verified once must not carry a connection on which it did not.
    const client = pki.client()
    const service = await startVerifierService(t, [pki.root], {
      domain: 'auth.example.com',
      caSigned,
    })
    t.match(await service.ask(client), { status: 200, kind: 'ca-verified' })
    const alone = { cert: client.pem, key: client.keyPem }
    t.match(await service.ask(alone), { status: 401, code: 'FST_CERT_VERIFIER_UNTRUSTED_ISSUER' })
  },
)

t.test(
  'a connection that another one spared its verdict is judged by its own chain when options change',
  async (t) => {
    const client = pki.client()
    const options = { domain: 'auth.example.com', caSigned }
    const service = await startVerifierService(t, [pki.root], options)
    t.match(await service.ask(client), { status: 200 })
    const connection = await openConnection(service.port, client)
    t.equal((await connection.request(REQUEST)).status, 200)
    service.app.certVerifier.replaceOptions(options)
    t.equal(
      (await connection.request(REQUEST)).status,
      200,
      'with the intermediate that it brought',
    )
    service.app.certVerifier.replaceOptions({
      ...options,
      deny: { thumbprints: [client.thumbprint] },
    })
    t.equal((await connection.request(REQUEST)).status, 401)
    connection.destroy()
  },
)

t.test(
  'other options hold for the next request of an open connection, and bad ones change nothing',
  async (t) => {
    const client = pki.client()
    const options = { domain: 'auth.example.com', caSigned }
    const service = await startVerifierService(t, [pki.root], options)
    const { certVerifier } = service.app
    const connection = await openConnection(service.port, client)
    t.equal((await connection.request(REQUEST)).status, 200)
    certVerifier.replaceOptions({ ...options, deny: { thumbprints: [client.thumbprint] } })
    const { status, text } = await connection.request(REQUEST)
    t.match(readAnswer(status, text), { status: 401, code: 'FST_CERT_VERIFIER_DENIED' })
    t.throws(() => certVerifier.replaceOptions({ ...options, allow: { subjects: ['?'] } }), {
      code: 'FST_CERT_VERIFIER_INVALID_OPTION',
    })
    t.equal((await connection.request(REQUEST)).status, 401, 'the old ones stay')
    certVerifier.replaceOptions(options)
    t.equal((await connection.request(REQUEST)).status, 200)
    connection.destroy()
  },
)
