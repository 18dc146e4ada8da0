import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { startRevocationServer } from '../../packages/cert-verifier/test/revocation-server.ts'
import { clientAt, clientOfResponder, questionOf, root, startSource } from './revocation-stage.ts'

/*
 * Whoever issues a certificate writes into it where its status is to be had, and the edge goes there: from inside of the
 * network that it protects. The attacks use that to reach what is inside, to hold the edge up, or to fill it.
 */

const crl = (): Buffer => issueCrl({ issuer: root }).der
const loopback = { allowHosts: ['127.0.0.1'] }

t.test(
  'an address of the inner network is not gone to, in whichever way it is written',
  async (t) => {
    // The attack: the certificate of a partner's CA names the cloud's metadata service, which gives keys to whoever can ask.
    const inside = [
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '100.100.100.200',
      '127.0.0.1',
      '127.8.8.8',
      '168.63.129.16',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.192',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::7f00:1',
      '::ffff:127.0.0.1',
      '::ffff:a9fe:a9fe',
      '::ffff:10.0.0.1',
      '64:ff9b::127.0.0.1',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b::10.0.0.1',
      '64:ff9b:1::1',
      '2001::1',
      '2001:db8::1',
      '2002:7f00:1::',
      'fc00::1',
      'fd00:ec2::254',
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'ff02::1',
      'not an address',
    ]
    let addresses: readonly string[] = []
    const { attempt } = startSource(t, { resolve: async () => addresses })
    for (const [index, address] of inside.entries()) {
      addresses = [address]
      const { isFetched, failure } = await attempt(clientAt(`http://ca-${index}.example.com/`))
      t.notOk(isFetched)
      t.equal(failure, `its host is at ${address}, which is not public; see fetchAllowHosts`)
    }
  },
)

t.test('the same for addresses that stand in the URL, in every spelling of them', async (t) => {
  const asked: string[] = []
  const resolve = async (host: string): Promise<readonly string[]> => {
    asked.push(host)
    return []
  }
  const { attempt } = startSource(t, { resolve })
  const urls = [
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.01/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[0:0:0:0:0:ffff:a9fe:a9fe]/',
    'http://[64:ff9b::169.254.169.254]/',
    'https://169.254.169.254/latest/meta-data/',
    'http://169.254.169.254:8080/',
    'HTTP://10.0.0.1/',
  ]
  for (const url of urls) t.match((await attempt(clientAt(url))).failure, /not public/, url)
  t.match((await attempt(clientAt('http://me:secret@ca.example.com/'))).failure, /holds a user/)
  t.same(asked, [])
})

t.test('public addresses are told from others, and one bad one among them is enough', async (t) => {
  // The attack: a name has two addresses, a public one that is checked and an inner one that is gone to.
  const outside = [
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
    '64:ff9b::808:808',
    '::ffff:8.8.8.8',
  ]
  let addresses: readonly string[] = []
  const { attempt } = startSource(t, { resolve: async () => addresses })
  for (const [index, address] of outside.entries()) {
    addresses = [address, '127.0.0.1']
    const { failure } = await attempt(clientAt(`http://ca-${index}.example.com/`))
    t.match(failure, /its host is at 127\.0\.0\.1, which/, address)
  }
})

t.test('only http and https are spoken', async (t) => {
  const { source } = startSource(t, { fetch: ['crl', 'ocsp'] })
  for (const url of ['file:///etc/passwd', 'ftp://127.0.0.1/', 'ldap://127.0.0.1/', 'gopher://a/'])
    for (const client of [clientAt(url), clientOfResponder(url)])
      t.equal(source.fetchMissing(questionOf(client), true), null, url)
})

t.test('a name that changes its address after the check', async (t) => {
  // The attack (DNS rebinding): the first answer of the name server is a harmless address, all later ones are the victim's.
  const harmless = await startRevocationServer(t, { '/a.crl': crl() }, '127.0.0.1')
  let hits = 0
  const victim = createServer(() => {
    hits += 1
  }).listen(harmless.port, '127.0.0.2')
  await once(victim, 'listening')
  t.teardown(() => victim.close())
  let asked = 0
  const resolve = async (): Promise<readonly string[]> => {
    asked += 1
    return [asked === 1 ? '127.0.0.1' : '127.0.0.2']
  }
  const { attempt } = startSource(t, { resolve, allowHosts: ['CA.example.com.'] })
  const client = clientAt(`http://ca.example.com:${harmless.port}/a.crl`)
  t.match(await attempt(client), { isFetched: true })
  t.equal(asked, 1, 'the name is resolved once, and the connection goes to that address')
  t.equal(hits, 0)
})

t.test('a redirect to somewhere else', async (t) => {
  // The attack: the CA's server is allowed, and sends the edge on to where it wants it.
  const victim = await startRevocationServer(t, { '/': crl() })
  const to = (location: string) => (_: unknown, response: import('node:http').ServerResponse) =>
    void response.writeHead(302, { location }).end()
  const server = await startRevocationServer(t, {
    '/metadata': to('http://169.254.169.254/latest/meta-data/'),
    '/other-port': to(`${victim.origin}/`),
    '/other-name': to('http://localhost/'),
    '/other-kind': to('file:///etc/passwd'),
    '/user': to('http://me@127.0.0.1/'),
    '/nowhere': to('http://'),
    '/loop': to('/loop'),
    '/moved': to('/moved-again'),
    '/moved-again': to('/a.crl'),
    '/a.crl': crl(),
    '/ocsp': to('/a.crl'),
  })
  const { attempt } = startSource(t, { ...loopback, fetch: ['crl', 'ocsp'] })
  const cases = [
    ['/metadata', /redirects to another host, 169\.254\.169\.254/],
    ['/other-port', /redirects to another host/],
    ['/other-name', /redirects to another host, localhost/],
    ['/other-kind', /neither http nor https/],
    ['/user', /holds a user/],
    ['/nowhere', /redirects to nowhere/],
    ['/loop', /redirects too often/],
  ] as const
  for (const [path, failure] of cases) {
    const result = await attempt(clientAt(server.origin + path))
    t.match(result, { isFetched: false, failure }, path)
  }
  t.match((await attempt(clientOfResponder(`${server.origin}/ocsp`))).failure, /answered 302/)
  t.match(
    await attempt(clientAt(`${server.origin}/moved`)),
    { isFetched: true },
    'on the same host',
  )
  t.same(victim.asked, [])
  t.equal(server.asked.filter((path) => path === '/loop').length, 4)
})

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
  const drip = (response: import('node:http').ServerResponse): void => {
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
  const raw = (text: string) => (_: unknown, response: import('node:http').ServerResponse) =>
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
