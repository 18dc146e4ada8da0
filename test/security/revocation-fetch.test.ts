import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer as createTls } from 'node:https'
import { createServer } from 'node:net'
import tls from 'node:tls'
import { createPki, issueCrl } from '@mtls-edge/testkit'
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
  const to = (location: string) => (_: unknown, response: ServerResponse) =>
    void response.writeHead(302, { location }).end()
  const server = await startRevocationServer(t, {
    '/metadata': to('http://169.254.169.254/latest/meta-data/'),
    '/other-port': to(`${victim.origin}/`),
    '/other-name': to('http://localhost/'),
    '/other-kind': to('file:///etc/passwd'),
    '/user': to('http://me@127.0.0.1/'),
    '/secret': to('http://:me@127.0.0.1/'),
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
    ['/secret', /holds a user/],
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

t.test(
  'a server over https proves its name, though the connection goes to an address',
  async (t) => {
    // The attack: whoever can redirect packets to the CA's server answers in its place.
    const { root: authority, server: issue } = createPki({ name: 'Servers' })
    const { chainPem: cert, keyPem: key } = issue('ca.example.com')
    const server = createTls({ cert, key }, ({ url, headers }, response) => {
      if (url === '/down') response.writeHead(302, { location: `http://${headers.host}/` })
      response.end(crl())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const roots = tls.getCACertificates()
    t.teardown(() => {
      tls.setDefaultCACertificates(roots)
      server.closeAllConnections()
      server.close()
    })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const allowHosts = ['ca.example.com', 'other.example.com', '127.0.0.1']
    const { attempt } = startSource(t, { allowHosts, resolve: async () => ['127.0.0.1'] })
    const get = (place: string) =>
      attempt(clientAt(`https://${place.replace('/', `:${address.port}/`)}`))
    t.match((await get('ca.example.com/early')).failure, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/)
    tls.setDefaultCACertificates([authority.pem])
    t.match(await get('ca.example.com/'), { isFetched: true })
    t.match((await get('ca.example.com/down')).failure, /redirects from https to http/)
    t.match((await get('other.example.com/')).failure, /ERR_TLS_CERT_ALTNAME_INVALID/)
    t.match((await get('127.0.0.1/')).failure, /ERR_TLS_CERT_ALTNAME_INVALID/)
  },
)
