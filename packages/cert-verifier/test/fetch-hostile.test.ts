/**
 * The attack: whoever answers at the address of a CRL, which is fetched over http, sends it in pieces of a byte. Each costs a hundred times
 * what it weighs, in time and in memory, and the process that fetches has clients to answer.
 */
import { once } from 'node:events'
import { get } from 'node:http'
import { createServer, isIP } from 'node:net'
import { createPki, issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'
import { readPool } from '../dist/decision/read-pool.js'
import { readBody } from '../dist/revocation/body.js'
import { resolveBySystem, resolveTarget } from '../dist/revocation/target.js'

type Teardown = { teardown(fn: () => unknown): unknown }

/** Reads what a server sends, byte for byte. */
async function readSent(t: Teardown, sent: string, maxBytes = 1_000_000): Promise<Uint8Array> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${sent}`))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  const request = get({ host: '127.0.0.1', port, agent: false })
  const [response] = await once(request, 'response')
  // Told of the response too.
  request.on('error', () => {})
  return readBody(response, maxBytes)
}

/** Reads a body that is sent in chunks of so many bytes. */
const readChunks = (t: Teardown, size: number, count: number): Promise<Uint8Array> => {
  const chunk = `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`
  return readSent(t, `transfer-encoding: chunked\r\n\r\n${chunk.repeat(count)}0\r\n\r\n`)
}

t.test('a body in crumbs is refused, and one in small pieces is not', async (t) => {
  await t.rejects(readChunks(t, 1, 20_000), { message: /pieces that are too small/ })
  await t.rejects(readChunks(t, 60, 5_000), { message: /pieces that are too small/ })
  const few = await readChunks(t, 1, 900)
  t.equal(Buffer.from(few).toString(), 'a'.repeat(900))
  const many = await readChunks(t, 200, 4_000)
  t.equal(Buffer.from(many).toString(), 'a'.repeat(800_000))
})

t.test('a body that grows larger than allowed is refused, and one that ends early', async (t) => {
  await t.rejects(readChunks(t, 10_000, 101), { message: /larger than 1000000 bytes/ })
  t.equal((await readChunks(t, 10_000, 100)).length, 1_000_000)
  await t.rejects(readSent(t, 'content-length: 5\r\n\r\nabc', 10))
})

t.test('every address of a name is looked at', async (t) => {
  // One that is not public, among several, is enough to go nowhere.
  const addresses = await resolveBySystem('localhost')
  t.ok(addresses.length > 0)
  for (const address of addresses) t.ok(isIP(address), address)
  const at = (...found: readonly string[]) =>
    resolveTarget(new URL('http://ca.example.com/'), {
      allowHosts: new Set(),
      resolve: async () => found,
    })
  t.match(await at('8.8.8.8', '9.9.9.9'), { address: '8.8.8.8' })
  await t.rejects(at('8.8.8.8', '10.0.0.1'), { message: /at 10\.0\.0\.1, which is not public/ })
})

/** To read ten of 97 kB takes 0.3 s. No client can send them: OpenSSL takes 100 kB of a chain. */
t.test('of what came beside a leaf no more than 100 kB is read', async (t) => {
  const { intermediate } = createPki()
  const value = Buffer.alloc(49_000)
  const large = () =>
    issueCertificate({
      extraExtensions: [{ oid: '1.3.6.1.4.1.99999.1', critical: false, value }],
    }).der
  const numbers = (pool: readonly Uint8Array[]) => readPool(pool).map(({ der }) => der.length)
  const own = intermediate.der.length
  t.equal(numbers([intermediate.der, large(), large(), large()]).length, 3)
  t.equal(numbers([large(), intermediate.der, large()]).includes(own), true)
  t.equal(numbers([large(), large(), large(), intermediate.der]).includes(own), false)
})
