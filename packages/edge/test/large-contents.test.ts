import t from 'tap'
import {
  type ContentPiece,
  ContentReceiver,
  createContentSender,
} from '../dist/service/workers/large-contents.js'

const bytesOf = (size: number, value: number): Buffer => Buffer.alloc(size, value)

/** What a worker gets, piece by piece. */
function connect() {
  const receiver = new ContentReceiver()
  let pieces: ContentPiece[] = []
  const send = createContentSender(async (piece) => {
    pieces.push(structuredClone(piece))
    receiver.take(structuredClone(piece))
  })
  return {
    async deliver(contents: Record<string, Uint8Array>) {
      pieces = []
      const snapshot = {
        file: '/edge.yaml',
        contents: new Map(Object.entries(contents)),
        readAt: 1,
      }
      const sent = await send(snapshot)
      return { sent, pieces, received: receiver.complete(structuredClone(sent)) }
    },
  }
}

t.test('large contents arrive whole, in pieces of little work each', async (t) => {
  const worker = connect()
  const large = Buffer.concat([bytesOf(2_000_000, 1), bytesOf(123_457, 2)])
  const contents = {
    '/edge.yaml': Buffer.from('{}'),
    '/a.crl': large,
    '/b.crl': bytesOf(300_000, 3),
  }
  const { sent, pieces, received } = await worker.deliver(contents)
  t.same([...sent.contents.keys()], ['/edge.yaml'], 'small ones go along')
  t.ok(pieces.every(({ bytes }) => bytes.length <= 1024 * 1024))
  t.equal(received.contents.size, 3)
  for (const [file, content] of Object.entries(contents))
    t.equal(Buffer.compare(received.contents.get(file) ?? Buffer.of(), content), 0, file)
  t.match(received, { file: '/edge.yaml', readAt: 1 })
})

t.test('what a worker has is not sent again, and what is no longer named is let go', async (t) => {
  const worker = connect()
  const [a, b] = [bytesOf(300_000, 1), bytesOf(300_000, 2)]
  await worker.deliver({ '/a.crl': a })
  const second = await worker.deliver({ '/a.crl': a, '/b.crl': b })
  t.same([...new Set(second.pieces.map(({ file }) => file))], ['/b.crl'])
  t.equal(Buffer.compare(second.received.contents.get('/a.crl') ?? Buffer.of(), a), 0)
  const third = await worker.deliver({ '/b.crl': b })
  t.same(third.pieces, [])
  const next = bytesOf(300_000, 4)
  const fourth = await worker.deliver({ '/a.crl': next, '/b.crl': b })
  t.same([...new Set(fourth.pieces.map(({ file }) => file))], ['/a.crl'])
  t.equal(Buffer.compare(fourth.received.contents.get('/a.crl') ?? Buffer.of(), next), 0)
  t.equal(second.received.contents.get('/a.crl')?.[0], 1, 'what is in force is not written over')
})
