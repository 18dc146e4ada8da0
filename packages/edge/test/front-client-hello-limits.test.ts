import fc from 'fast-check'
import t from 'tap'
import {
  createClientHelloReader,
  MAX_HELLO_LENGTH,
  MAX_WIRE_LENGTH,
} from '../dist/front/opening/client-hello.js'
import { handshakeMessage, hello, helloMessage, record, records, uint16 } from './front-hello.ts'
import { complete, GREASE, NAME, oneByteAtATime, read, readInParts } from './front-hello-reading.ts'

const good = helloMessage({ serverName: NAME })

t.test('takes a hello of 64 KiB and refuses one byte more', async (t) => {
  const frame = helloMessage({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(0)]] }).length
  const sized = (length: number) =>
    hello({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(length - frame)]] })
  t.match(read(sized(MAX_HELLO_LENGTH)), complete(NAME))
  t.match(read(sized(MAX_HELLO_LENGTH + 1)), { status: 'refused', reason: 'hello_too_large' })
})

t.test('refuses tiny records without end', async (t) => {
  const message = helloMessage({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(40_000)]] })
  const bytes = records(message, 1)
  t.ok(bytes.length > MAX_WIRE_LENGTH)
  t.match(read(bytes), { status: 'refused', reason: 'hello_too_large', alert: 47 })
})

t.test('keeps its verdict, and nothing of what comes after a refusal', async (t) => {
  const reader = createClientHelloReader()
  const first = reader.push(Buffer.from('GET '))
  t.equal(reader.push(Buffer.alloc(1 << 20)), first)
  t.equal(reader.bytes().length, 4)

  const other = createClientHelloReader()
  const done = other.push(hello({ serverName: NAME }))
  t.equal(other.push(hello({ serverName: 'auth.example.com' })), done)
})

t.test('any way to cut any hello gives one verdict', async () => {
  const names = fc.constantFrom(NAME, 'AUTH.example.com.', '127.0.0.1', 'a..b')
  const hellos = fc
    .record({
      serverName: fc.option(names, { nil: '' }),
      versions: fc.constantFrom([0x0304], [0x0303], [0x0301], [GREASE, 0x0304]),
      padding: fc.nat(5_000),
      recordSize: fc.constantFrom(1, 2, 5, 100, 2 ** 14),
      tail: fc.uint8Array({ maxLength: 20, size: 'max' }),
      damage: fc.option(fc.tuple(fc.nat(400), fc.nat(255)), { nil: null }),
    })
    .map(({ padding, recordSize, tail, damage, ...options }) => {
      const extraExtensions = [[21, Buffer.alloc(padding)]] as const
      const bytes = records(helloMessage({ ...options, extraExtensions }), recordSize)
      if (damage !== null) bytes[damage[0] % bytes.length] = damage[1]
      return Buffer.concat([bytes, tail])
    })
  fc.assert(
    fc.property(hellos, fc.array(fc.nat(6_000), { maxLength: 40, size: 'max' }), (bytes, cuts) => {
      const whole = JSON.stringify(read(bytes))
      const inside = cuts.map((cut) => cut % bytes.length)
      return (
        JSON.stringify(readInParts(bytes, inside).result) === whole &&
        JSON.stringify(oneByteAtATime(bytes).result) === whole
      )
    }),
    { numRuns: 150 },
  )
})

t.test('random bytes never throw, however they are framed', async () => {
  const frames = [
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => records(bytes, 300),
    (bytes: Buffer) => record(handshakeMessage(1, bytes)),
    (bytes: Buffer) => hello({ serverNameExtension: bytes }),
    (bytes: Buffer) => hello({ extraExtensions: [[43, bytes]] }),
    (bytes: Buffer) =>
      record(handshakeMessage(1, Buffer.concat([good.subarray(4, 60), uint16(1), bytes]))),
  ]
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 600, size: 'max' }),
      fc.constantFrom(...frames),
      (bytes, frame) => {
        const result = read(frame(Buffer.from(bytes)))
        return ['incomplete', 'complete', 'refused'].includes(result.status)
      },
    ),
    { numRuns: 3_000 },
  )
})

t.test(
  'the work is linear: 120 KiB byte by byte take about as long per byte as 12 KiB',
  async (t) => {
    const reads = (padding: number) => {
      const bytes = records(
        helloMessage({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(padding)]] }),
        10,
      )
      const start = process.hrtime.bigint()
      t.match(oneByteAtATime(bytes).result, complete(NAME))
      return Number(process.hrtime.bigint() - start) / bytes.length
    }
    reads(6_000)
    const small = Math.min(reads(6_000), reads(6_000), reads(6_000))
    const large = Math.min(reads(60_000), reads(60_000), reads(60_000))
    // Quadratic work would be ten times as much; the machine may be busy, so that four is let pass.
    t.ok(large < small * 4, `${small.toFixed(0)} and ${large.toFixed(0)} ns a byte`)
  },
)
