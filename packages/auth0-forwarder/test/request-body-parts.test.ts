/*
 * The attack: a small body of very many parts. Each part is an object of some 200 bytes, however little is in it, so that 60 kB sent
 * byte by byte are 12 MB, for as long as the body or the answer is waited for; no certificate is needed.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { gatherBody, type OutgoingBody } from '../dist/body/gather-body.js'
import { listenOnLoopback } from './listen.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const BYTES = 60_000
const PARTS = '1\r\nx\r\n'.repeat(BYTES)
/** A quarter of what the parts would take; the first request, with what Node makes for it, takes one. */
const MOST_KEPT = 3_000_000

/** Without the bytes themselves, which lie elsewhere, and are freed some time after their objects. */
function usedHeap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** Sends a request with the parts, and then this. */
async function send(t: Test, end: string) {
  const sockets: IncomingMessage['socket'][] = []
  let take = (_: { raw: IncomingMessage; body: Promise<OutgoingBody> }) => {}
  const taken = new Promise<Parameters<typeof take>[0]>((resolve) => {
    take = resolve
  })
  const server = createServer((raw) => {
    sockets.push(raw.socket)
    take({ raw, body: gatherBody(raw, null, 1_000_000, () => {}) })
  })
  const client = connect(await listenOnLoopback(t, server, sockets), '127.0.0.1')
  t.teardown(() => client.destroy())
  client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
  const { raw, body } = await taken
  const parts = Buffer.from(PARTS + end)
  const before = usedHeap()
  let bytes = 0
  const allRead = new Promise<void>((resolve) => {
    raw.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes === BYTES) resolve()
    })
  })
  client.write(parts)
  await allRead
  return { raw, body, before }
}

t.test('while its end is waited for', async (t) => {
  const { raw, body, before } = await send(t, '')
  const kept = usedHeap() - before
  t.comment(`${kept} bytes`)
  t.ok(kept < MOST_KEPT, `${kept} bytes are kept`)
  raw.socket.destroy()
  await t.rejects(body, { code: 'FST_AUTH0_FORWARDER_CLIENT_CLOSED_REQUEST' })
})

t.test('while the answer is waited for', async (t) => {
  const { raw, body, before } = await send(t, '0\r\n\r\n')
  const { content } = await body
  const kept = usedHeap() - before
  t.comment(`${kept} bytes`)
  t.ok(kept < MOST_KEPT, `${kept} bytes are kept`)
  t.ok(raw.complete)
  t.ok(Buffer.alloc(BYTES, 'x').equals(Buffer.isBuffer(content) ? content : Buffer.alloc(0)))
})
