import { createServer } from 'node:net'
import t from 'tap'
import { describeStartFailure } from '../dist/command/start-failure.js'
import { runProgram, writeConfiguration } from './command-process.ts'
import { change, load } from './configuration-fixture.ts'

const onName = load(change('listen: { host: 127.0.0.1', 'listen: { host: edge.invalid'))
const configuration = load(
  change('port: 9091 }', "port: 9091 }\nadmin: { host: '::1', tokenFile: admin.token }"),
)
const failure = (code: string, address: string, port?: number): Error =>
  Object.assign(new Error(`listen ${code}`), { code, syscall: 'listen', address, port })
const unknownHost = Object.assign(new Error('getaddrinfo ENOTFOUND edge.invalid'), {
  code: 'ENOTFOUND',
  syscall: 'getaddrinfo',
  hostname: 'edge.invalid',
})

// biome-ignore format: one line a case
const cases: readonly (readonly [title: string, error: unknown, words: RegExp])[] = [
  ['a port that is taken', failure('EADDRINUSE', '127.0.0.1', 8443), /^listen\.port: another program listens on port 8443 of 127\.0\.0\.1 \(EADDRINUSE\)\n {4}end it, or write another port$/],
  ['the port of the health address', failure('EADDRINUSE', '127.0.0.1', 9091), /^health\.port: another program/],
  ['the port of the admin listener', failure('EADDRINUSE', '::1', 9090), /^admin\.port: another program/],
  ['a port for the superuser', failure('EACCES', '127.0.0.1', 8443), /^listen\.port: this user may not listen on port 8443 of 127\.0\.0\.1 \(EACCES\)\n {4}.*CAP_NET_BIND_SERVICE/],
  ['an address of another machine', failure('EADDRNOTAVAIL', '127.0.0.1', 8443), /^listen\.host: 127\.0\.0\.1 is no address of this machine \(EADDRNOTAVAIL\)\n {4}.*0\.0\.0\.0/],
  ['a name without an address', unknownHost, /^listen\.host: edge\.invalid has no address that is known here \(ENOTFOUND\)\n {4}/],
  ['an address that no key names', failure('EADDRINUSE', '127.0.0.1', 1), /^another program listens on port 1 of 127\.0\.0\.1/],
  ['anything else', new Error('no luck'), /^no luck$/],
  ['no error', 'x', /^unknown$/],
]

for (const [title, error, words] of cases) {
  t.test(`says of ${title} where it is written and how to mend it`, async (t) => {
    const here = error === unknownHost ? onName : configuration
    t.match(describeStartFailure(error, here), words)
  })
}

t.test('start says whose port is taken', async (t) => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  t.teardown(() => taken.close())
  const address = taken.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const cwd = writeConfiguration(
    t,
    `workers: 1\n${change('port: 8443', 'port: 0').replace('port: 9091', `port: ${port}`)}`,
  )
  const { code, stderr } = await runProgram(['start', '-c', 'edge.yaml', '-l', 'silent'], { cwd })
  t.equal(code, 1)
  t.match(stderr, `the edge can't start: health.port: another program listens on port ${port}`)
})
