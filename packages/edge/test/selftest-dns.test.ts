import { once } from 'node:events'
import { createServer } from 'node:net'
import dnsPacket, { type Answer } from 'dns-packet'
import t from 'tap'
import { showsCaa } from '../dist/selftest/checks/dns-caa.js'
import { showsDnssec } from '../dist/selftest/checks/dns-dnssec.js'
import { readResolver } from '../dist/selftest/dns/resolver-address.js'
import type { HostSubject } from '../dist/selftest/subject.js'
import { type Saying, startResolver } from './selftest-stage.ts'

const HOST = 'mtls.auth.example.com'
const NO_SUCH_NAME = 3
const SERVER_FAILURE = 2

function caa(name: string, tag: 'issue' | 'iodef', value: string): Answer {
  return { type: 'CAA', name, data: { tag, value } }
}

const address: Answer = { type: 'A', name: HOST, data: '192.0.2.1' }
const signature: Answer = {
  type: 'RRSIG',
  name: HOST,
  data: {
    typeCovered: 'A',
    algorithm: 13,
    labels: 4,
    originalTTL: 60,
    expiration: 1,
    inception: 0,
    keyTag: 1,
    signersName: 'example.com',
    signature: Buffer.alloc(64),
  },
}

/** What the two checks look at. */
function subjectOf(resolvers: readonly string[]): HostSubject {
  // The rest is what these checks must not need.
  return { host: { name: HOST, role: 'alias' }, resolvers } as unknown as HostSubject
}

const authorities: readonly {
  readonly what: string
  readonly at: Readonly<Record<string, Saying>>
  readonly outcome: string
  readonly seen: string
  readonly asked: number
}[] = [
  {
    what: 'records at the name itself',
    at: { [HOST]: { answers: [caa(HOST, 'issue', 'ca.example.net'), caa(HOST, 'iodef', 'x')] } },
    outcome: 'pass',
    seen: `${HOST}: issue "ca.example.net", iodef "x"`,
    asked: 1,
  },
  {
    what: 'records two names above',
    at: { 'example.com': { answers: [caa('example.com', 'issue', ';')] } },
    outcome: 'pass',
    seen: 'example.com: issue ";"',
    asked: 3,
  },
  {
    what: 'records above a name that does not exist',
    at: {
      [HOST]: { flags: NO_SUCH_NAME },
      'auth.example.com': { answers: [caa('auth.example.com', 'issue', 'ca.example.net')] },
    },
    outcome: 'pass',
    seen: 'auth.example.com: issue "ca.example.net"',
    asked: 2,
  },
  { what: 'no records up to the top', at: {}, outcome: 'warn', seen: 'none', asked: 4 },
  {
    what: 'an error of the resolver',
    at: { [HOST]: { flags: SERVER_FAILURE } },
    outcome: 'unknown',
    seen: 'no resolver answers',
    asked: 1,
  },
]

for (const { what, at, outcome, seen, asked } of authorities) {
  t.test(`CAA, ${what}: ${outcome}`, async (t) => {
    const resolver = await startResolver(t, (name) => at[name] ?? {})
    const finding = await showsCaa.run(subjectOf([resolver.address]))
    t.equal(finding.outcome, outcome)
    t.equal(finding.seen, seen)
    t.equal(resolver.questions.length, asked)
  })
}

const signatures: readonly {
  readonly what: string
  readonly saying: Saying
  readonly outcome: string
  readonly seen: RegExp
}[] = [
  {
    what: 'verified by the resolver',
    saying: { answers: [address, signature], flags: dnsPacket.AUTHENTIC_DATA },
    outcome: 'pass',
    seen: /verified it \(AD\)/,
  },
  {
    what: 'signed alone',
    saying: { answers: [address, signature] },
    outcome: 'pass',
    seen: /RRSIG.*does not say/,
  },
  { what: 'not signed', saying: { answers: [address] }, outcome: 'warn', seen: /not signed/ },
  {
    what: 'of a name that does not exist',
    saying: { flags: NO_SUCH_NAME },
    outcome: 'unknown',
    seen: /does not know the name/,
  },
  {
    what: 'where the resolver fails',
    saying: { flags: SERVER_FAILURE },
    outcome: 'unknown',
    seen: /no resolver answers/,
  },
]

for (const { what, saying, outcome, seen } of signatures) {
  t.test(`DNSSEC, ${what}: ${outcome}`, async (t) => {
    const resolver = await startResolver(t, () => saying)
    const finding = await showsDnssec.run(subjectOf([resolver.address]))
    t.equal(finding.outcome, outcome)
    t.match(finding.seen, seen)
  })
}

t.test('signatures are asked for: the DO and the AD bit', async (t) => {
  const flags: unknown[] = []
  const resolver = await startResolver(t, (_name, _type, query) => {
    const [option] = query.additionals ?? []
    flags.push(query.flag_ad, option?.type === 'OPT' && option.flag_do)
    return {}
  })
  await showsDnssec.run(subjectOf([resolver.address]))
  t.same(flags, [true, true])
})

t.test('a silent resolver costs seconds, not more, and the next one is asked', async (t) => {
  const silent = await startResolver(t, () => null)
  const second = await startResolver(t, () => ({ answers: [address, signature] }))
  const started = performance.now()
  const finding = await showsDnssec.run(subjectOf([silent.address, second.address]))
  t.equal(finding.outcome, 'pass')
  t.ok(performance.now() - started < 5_000)
  t.same([silent.questions.length, second.questions.length], [1, 1])
})

t.test('without a resolver nothing is known', async (t) => {
  t.equal((await showsCaa.run(subjectOf([]))).outcome, 'unknown')
  t.equal((await showsDnssec.run(subjectOf([]))).outcome, 'unknown')
})

t.test('an answer that does not fit into a datagram is fetched over TCP', async (t) => {
  const resolver = await startResolver(t, () => ({ flags: dnsPacket.TRUNCATED_RESPONSE }))
  const port = Number(resolver.address.split(':')[1])
  const server = createServer((socket) => {
    socket.once('data', (bytes: Buffer) => {
      const { id = 0, questions } = dnsPacket.streamDecode(bytes)
      const answers = [caa(HOST, 'issue', 'ca.example.net')]
      const reply = dnsPacket.streamEncode({ type: 'response', id, questions, answers })
      // In two pieces, as a stream may come.
      socket.write(reply.subarray(0, 5))
      setImmediate(() => socket.end(reply.subarray(5)))
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const finding = await showsCaa.run(subjectOf([resolver.address]))
  t.equal(finding.seen, `${HOST}: issue "ca.example.net"`)
})

t.test('reads resolvers as Node lists them', async (t) => {
  const cases = [
    ['192.0.2.1', { host: '192.0.2.1', port: 53 }],
    ['192.0.2.1:5353', { host: '192.0.2.1', port: 5353 }],
    ['2001:db8::1', { host: '2001:db8::1', port: 53 }],
    ['[2001:db8::1]:5353', { host: '2001:db8::1', port: 5353 }],
  ] as const
  for (const [text, resolver] of cases) t.same(readResolver(text), resolver)
})
