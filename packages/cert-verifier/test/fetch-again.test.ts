import { issueCertificate, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { clientOf, fetching, list, PASSES, REVOKED, root, second, UNKNOWN } from './crl-stage.ts'
import { startRevocationServer, until } from './revocation-server.ts'
import { openConnection, REQUEST, readAnswer, startVerifierService } from './verifier-service.ts'

t.test('what is revoked in a new list is refused on the open connection', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/root.crl`)
  const nextUpdate = new Date(Math.ceil(Date.now() / second) * second + 3 * second)
  server.answers['/root.crl'] = list([], { nextUpdate })
  const service = await startVerifierService(t, [root], fetching())
  const connection = await openConnection(service.port, client)
  t.equal((await connection.request(REQUEST)).status, 200)
  server.answers['/root.crl'] = list([client], { nextUpdate: new Date(Date.now() + 3600 * second) })
  await server.nextRequest('/root.crl')
  const took = await until(async () => (await connection.request(REQUEST)).status === 401)
  t.ok(took < 2000, `refused ${Math.round(took)} ms after the new list was fetched`)
  const { status, text } = await connection.request(REQUEST)
  t.match(readAnswer(status, text), REVOKED)
  connection.destroy()
})

t.test('a list is kept across failed refreshes, and nothing worse takes its place', async (t) => {
  // The attack: whoever sits between the edge and the CA gives it an old list, a forged one, or none.
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/root.crl`)
  const other = clientOf(`${server.origin}/root.crl`)
  const impostor = issueCertificate({ subject: { CN: 'Test Root' }, ca: true })
  const old = list([])
  const nextUpdate = new Date(Math.ceil(Date.now() / second) * second + 4 * second)
  server.answers['/root.crl'] = list([client], { nextUpdate })
  const service = await startVerifierService(t, [root], fetching())
  t.match(await service.ask(client), REVOKED)
  const worse = [old, issueCrl({ issuer: root, signingKey: impostor, crlNumber: 1000 }).der]
  for (const answer of [...worse, Buffer.from('nothing'), Buffer.alloc(0)]) {
    server.answers['/root.crl'] = answer
    // Refreshes that fail are tried again after 1, 2, 4 s: the first two of these come about in the time of the list.
    if (worse.includes(answer)) await server.nextRequest('/root.crl')
    t.match(await service.ask(client), REVOKED)
    t.match(await service.ask(other), PASSES)
  }
})

t.test('a failure is no answer, and a dead server is asked again after a second', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/root.crl`)
  server.answers['/root.crl'] = list()
  await server.stop()
  const service = await startVerifierService(t, [root], fetching())
  const connection = await openConnection(service.port, client)
  const ask = async () => {
    const { status, text } = await connection.request(REQUEST)
    return readAnswer(status, text)
  }
  t.match(await ask(), UNKNOWN)
  await server.restart()
  t.match(await ask(), UNKNOWN, 'not asked on every request')
  const took = await until(async () => (await ask()).status === 200)
  t.ok(took > 500 && took < 2500, `again after ${Math.round(took)} ms`)
  connection.destroy()
})

t.test('who prefers to know does not wait for what failed a moment ago', async (t) => {
  const server = await startRevocationServer(t, {
    '/slow.crl': () => {
      // It never answers.
    },
  })
  const client = clientOf(`${server.origin}/slow.crl`)
  const options = fetching('prefer', { fetchLimits: { timeout: 300 } })
  let ahead = 0
  const clock = (): number => Date.now() + ahead
  const service = await startVerifierService(t, [root], { ...options, clock })
  const timed = async (): Promise<number> => {
    const start = performance.now()
    t.match(await service.ask(client), PASSES)
    return performance.now() - start
  }
  t.ok((await timed()) >= 280, 'the first one waits for the time limit')
  ahead = 1100
  const asked = server.nextRequest('/slow.crl')
  t.ok((await timed()) < 250, 'a later one asks again, and does not wait')
  await asked
})

t.test('a list that has not changed is not sent again, and other options keep it', async (t) => {
  let full = 0
  const nextUpdate = new Date(Math.ceil(Date.now() / second) * second + 3 * second)
  const der = list([], { nextUpdate })
  const server = await startRevocationServer(t, {
    '/root.crl': (request, response) => {
      response.setHeader('etag', '"one"')
      if (request.headers['if-none-match'] === '"one"') return response.writeHead(304).end()
      full += 1
      return response.end(der)
    },
  })
  const client = clientOf(`${server.origin}/root.crl`)
  const service = await startVerifierService(t, [root], fetching())
  t.match(await service.ask(client), PASSES)
  await server.nextRequest('/root.crl')
  t.match(await service.ask(client), PASSES)
  service.app.certVerifier.replaceOptions({ ...fetching(), deny: {} })
  const asked = server.asked.length
  t.match(await service.ask(client), PASSES)
  t.equal(server.asked.length, asked)
  t.equal(full, 1)
})
