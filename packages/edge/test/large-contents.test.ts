import t from 'tap'
import { fingerprint } from '../dist/service/workers/fingerprint.js'
import {
  type ContentPiece,
  ContentReceiver,
  createContentSender,
} from '../dist/service/workers/large-contents.js'

const bytesOf = (size: number, value: number): Buffer => Buffer.alloc(size, value)

/** What a worker gets: piece by piece, where it reads none of the files by itself. */
function connect(disk: ReadonlyMap<string, Uint8Array> = new Map()) {
  const receiver = new ContentReceiver()
  let pieces: ContentPiece[] = []
  const sender = createContentSender({
    async send(piece) {
      pieces.push(structuredClone(piece))
      receiver.take(structuredClone(piece))
    },
    async offer(files) {
      const there = files.flatMap(({ file }) => {
        const content = disk.get(file)
        return content === undefined ? [] : [{ file, content: new Uint8Array(content) }]
      })
      for (const { file, content } of there) receiver.put(file, content)
      const tell = async ({ file, content }: (typeof there)[number]) => ({
        file,
        sha256: await fingerprint(content),
      })
      return Promise.all(there.map(tell))
    },
    shorten: (content) => content,
  })
  return {
    prepare: (contents: Record<string, Uint8Array>) =>
      sender.sendAhead(new Map(Object.entries(contents))),
    async deliver(contents: Record<string, Uint8Array>) {
      pieces = []
      const snapshot = {
        file: '/edge.yaml',
        contents: new Map(Object.entries(contents)),
        readAt: 1,
      }
      const sent = await sender.sendFor(snapshot)
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

t.test('what a worker reads by itself is not sent, unless it reads something else', async (t) => {
  const disk = new Map<string, Uint8Array>()
  const worker = connect(disk)
  const [a, b] = [bytesOf(300_000, 1), bytesOf(300_000, 2)]
  disk.set('/a.crl', a).set('/b.crl', bytesOf(300_000, 9))
  const contents = { '/a.crl': a, '/b.crl': b }
  const first = await worker.deliver(contents)
  t.same([...new Set(first.pieces.map(({ file }) => file))], ['/b.crl'])
  for (const [file, content] of Object.entries(contents))
    t.equal(Buffer.compare(first.received.contents.get(file) ?? Buffer.of(), content), 0, file)
})

t.test('what was looked at ahead and never came into force is let go for what does', async (t) => {
  const disk = new Map<string, Uint8Array>()
  const worker = connect(disk)
  const [old, next] = [bytesOf(300_000, 1), bytesOf(300_000, 2)]
  await worker.deliver({ '/a.crl': old })
  disk.set('/a.crl', next)
  await worker.prepare({ '/a.crl': next })
  const again = await worker.deliver({ '/a.crl': old })
  t.equal(Buffer.compare(again.received.contents.get('/a.crl') ?? Buffer.of(), old), 0)
  await worker.prepare({ '/a.crl': next })
  const taken = await worker.deliver({ '/a.crl': next })
  t.same(taken.pieces, [], 'it has it')
  t.equal(Buffer.compare(taken.received.contents.get('/a.crl') ?? Buffer.of(), next), 0)
})
