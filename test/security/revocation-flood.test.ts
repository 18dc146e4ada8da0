import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { startRevocationServer } from '../../packages/cert-verifier/test/revocation-server.ts'
import { clientAt, clientOfResponder, questionOf, root, startSource } from './revocation-stage.ts'

/*
 * What is fetched comes from whoever is at the address: it may never end, never begin, or be what nobody asked for. And those
 * who wait for it are many.
 */

const crl = (): Buffer => issueCrl({ issuer: root }).der
const loopback = { allowHosts: ['127.0.0.1'] }

t.test('a body that never ends, and one that is announced to be large', async (t) => {
  // The attack: the edge runs out of memory while it waits for the end of a list.
  let sent = 0
  const server = await startRevocationServer(t, {
    '/endless': (_request, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
    },
    '/announced': (_request, response) => {
      response.writeHead(200, { 'content-length': '1000000000000' })
      response.write('0')
    },
    '/nonsense': (_request, response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n')
    },
  })
  const { attempt } = startSource(t, { ...loopback, limits: { maxCrlBytes: 1_000_000 } })
  for (const path of ['/endless', '/announced']) {
    const { failure, took } = await attempt(clientAt(server.origin + path))
    t.match(failure, /larger than 1000000 bytes/, path)
    t.ok(took < 2000)
  }
  t.ok(sent < 20_000_000, `${sent} bytes were sent before it was cut off`)
  t.match((await attempt(clientAt(`${server.origin}/nonsense`))).failure, /connection failed/)
  t.match((await attempt(clientOfResponder(`${server.origin}/endless`))).isFetched, false)
})

t.test('a server that is slow: at once, after the headers, a byte at a time', async (t) => {
  // The attack: each fetch is held open for ever, until nothing can be fetched any more.
  const drip = (response: ServerResponse): void => {
    const timer = setInterval(() => response.write('0'), 20)
    response.on('close', () => clearInterval(timer))
  }
  const server = await startRevocationServer(t, {
    '/silent': () => {},
    '/headers': (_request, response) => void response.writeHead(200).flushHeaders(),
    '/drip': (_request, response) => drip(response),
  })
  const sockets = new Set<Socket>()
  const mute = createServer((socket) => {
    sockets.add(socket)
    socket.write('HTTP/1.1 200 OK\r\nX-Header: ')
  }).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    mute.close()
  })
  const address = mute.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { attempt } = startSource(t, { ...loopback, limits: { timeout: 300 } })
  const urls = ['/silent', '/headers', '/drip'].map((path) => server.origin + path)
  for (const url of [...urls, `http://127.0.0.1:${address.port}/`]) {
    const { failure, took } = await attempt(clientAt(url))
    t.match(failure, /longer than 300 ms/, url)
    t.ok(took > 250 && took < 1500, `${Math.round(took)} ms`)
  }
  const never = startSource(t, { resolve: () => new Promise(() => {}), limits: { timeout: 300 } })
  t.match((await never.attempt(clientAt('http://ca.example.com/'))).failure, /longer than 300 ms/)
})

t.test('an answer that is no response', async (t) => {
  // The attack: the connection ends in a way that nobody thought of, and the place of the fetch is never given back.
  const raw = (text: string) => (_: unknown, response: ServerResponse) =>
    void response.socket?.end(text)
  const server = await startRevocationServer(t, {
    '/upgrade': raw(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ),
    '/hints': raw('HTTP/1.1 103 Early Hints\r\n\r\n'),
    '/short': raw('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'),
    '/nothing': raw(''),
    '/noise': raw('\x00\x01\x02'),
    '/twice': raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nabc'),
  })
  const { attempt } = startSource(t, { ...loopback, limits: { timeout: 400, maxConcurrent: 4 } })
  for (const path of Object.keys(server.answers)) {
    const { isFetched, failure, took } = await attempt(clientAt(server.origin + path))
    t.notOk(isFetched)
    t.match(failure, /connection failed|longer than 400 ms/, path)
    t.ok(took < 1500, path)
  }
  server.answers['/good'] = crl()
  t.match(await attempt(clientAt(`${server.origin}/good`)), { isFetched: true })
})

t.test('a few kilobytes that would be gigabytes', async (t) => {
  // The attack: a body of zeros, compressed; a client that asks for it or unpacks it has a thousand times as much in memory.
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  let accepted: string | undefined
  const server = await startRevocationServer(t, {
    '/bomb': (request, response) => {
      accepted = request.headers['accept-encoding']
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    },
    '/hidden': bomb,
  })
  const { attempt } = startSource(t, loopback)
  t.match((await attempt(clientAt(`${server.origin}/bomb`))).failure, /encoded \(compressed\)/)
  t.match((await attempt(clientAt(`${server.origin}/hidden`))).failure, /can not be read/)
  t.equal(accepted, 'identity')
})

t.test('ten thousand who wait for one address are one fetch', async (t) => {
  // The attack: a client connects ten thousand times, and the edge takes the CA's server down in its name.
  const server = await startRevocationServer(t, {
    '/a.crl': (_request, response) => void setTimeout(() => response.end(crl()), 100),
  })
  const { source } = startSource(t, loopback)
  const question = questionOf(clientAt(`${server.origin}/a.crl`))
  const waiting = Array.from({ length: 10_000 }, () => source.fetchMissing(question, true))
  t.ok(waiting.every((one) => one !== null))
  await Promise.all(waiting)
  t.same(server.asked, ['/a.crl'])
  t.equal(source.crls().length, 1)
  t.equal(source.fetchMissing(question, true), null, 'what is known is not waited for')
})

t.test('ten thousand who find the server dead do not ask ten thousand times', async (t) => {
  const server = await startRevocationServer(t)
  let now = Date.now()
  const { source, failures } = startSource(t, { ...loopback, clock: () => now })
  const question = questionOf(clientAt(`${server.origin}/lost.crl`))
  await Promise.all(Array.from({ length: 10_000 }, () => source.fetchMissing(question, true)))
  for (let i = 0; i < 100; i++) t.equal(source.fetchMissing(question, true), null)
  t.equal(server.asked.length, 1)
  now += 1001
  await source.fetchMissing(question, true)
  t.equal(server.asked.length, 2, 'asked again after a second')
  t.equal(failures.length, 1, 'and told once')
})

t.test('a certificate with a thousand addresses', async (t) => {
  // The attack: one certificate makes the edge ask a thousand servers.
  const server = await startRevocationServer(t)
  const places = Array.from({ length: 1000 }, (_, i) => `${server.origin}/${i}`)
  const { attempt } = startSource(t, { ...loopback, fetch: ['ocsp', 'crl'] })
  t.match(await attempt(clientAt(...places)), { isFetched: false })
  t.equal(server.asked.length, 5)
  t.match(await attempt(clientOfResponder(...places)), { isFetched: false })
  t.equal(server.asked.length, 10)
})

t.test('no more than a few fetches at once, whatever the number of certificates', async (t) => {
  let running = 0
  let most = 0
  const server = await startRevocationServer(t)
  const { attempt } = startSource(t, { ...loopback, fetch: ['ocsp'] })
  const clients = Array.from({ length: 60 }, (_, i) => clientOfResponder(`${server.origin}/${i}`))
  for (const index of clients.keys()) {
    server.answers[`/${index}`] = (_request, response) => {
      running += 1
      most = Math.max(most, running)
      setTimeout(() => {
        running -= 1
        response.writeHead(404).end()
      }, 20)
    }
  }
  await Promise.all(clients.map(attempt))
  t.equal(server.asked.length, 60)
  t.ok(most <= 16, `${most} at once`)
})

t.test('a server that answers everything with garbage', async (t) => {
  const garbage = [Buffer.alloc(0), Buffer.from('30', 'hex'), root.der, Buffer.alloc(1000, 0xff)]
  const server = await startRevocationServer(t)
  const { attempt, source } = startSource(t, { ...loopback, fetch: ['crl', 'ocsp'] })
  for (const [index, body] of garbage.entries()) {
    server.answers[`/${index}`] = body
    const url = `${server.origin}/${index}`
    t.match(await attempt(clientAt(url)), { isFetched: false, failure: /can not be read/ })
    t.match(await attempt(clientOfResponder(url)), { isFetched: false, failure: /can not be read/ })
  }
  t.same(source.crls(), [])
})
