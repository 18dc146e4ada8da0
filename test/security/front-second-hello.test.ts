// The attack: after a HelloRetryRequest a TLS 1.3 client sends its ClientHello again, and nothing on the wire stops it from
// naming another host in the second one. The front has read the first and chosen the server by it; OpenSSL reads the
// second and takes its name for the connection's. Were that let pass, a client could enter by the custom domain, where no
// certificate is asked for, and have a connection that calls itself the alias. No TLS library sends such a thing, so the
// attacker here is a TLS 1.3 client written out by hand, and its request comes in one flight with its Finished.
import t, { type Test } from 'tap'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  MTLS_DOMAIN,
  startStage,
} from '../../packages/edge/test/front-stage.ts'
import { connectWithSecondHello } from '../../packages/edge/test/front-tls13-client.ts'

const authorities = createAuthorities()

async function start(t: Test) {
  const reached: string[] = []
  const stage = await startStage({
    authorities,
    listener(request, response) {
      reached.push(request.headers.host ?? '')
      response.end('reached')
    },
  })
  t.teardown(() => stage.close())
  return { stage, reached }
}

function requestFor(host: string): string {
  return `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
}

const changed = [
  [CUSTOM_DOMAIN, MTLS_DOMAIN],
  [MTLS_DOMAIN, CUSTOM_DOMAIN],
  [MTLS_DOMAIN, 'other.example.com'],
  [MTLS_DOMAIN, '127.0.0.1'],
] as const

for (const [first, second] of changed) {
  t.test(`a client that says ${first} and then ${second} reaches neither`, async (t) => {
    const { stage, reached } = await start(t)
    const event = stage.nextEvent()
    const outcome = await connectWithSecondHello(stage.port, [first, second], requestFor(second))
    t.equal(outcome.answer, '')
    t.same(reached, [])
    t.match(await event, {
      type: 'handshake_refused',
      reason: 'server_name_changed',
      serverName: first,
    })
  })
}

const same = [
  [MTLS_DOMAIN, MTLS_DOMAIN, true],
  [MTLS_DOMAIN, `${MTLS_DOMAIN.toUpperCase()}.`, true],
  [CUSTOM_DOMAIN, CUSTOM_DOMAIN, false],
  // Without a name in the second hello the connection stays with the first one.
  [MTLS_DOMAIN, '', true],
] as const

for (const [first, second, isAsked] of same) {
  t.test(`a client that says ${first} and then ${second || 'nothing'} is served`, async (t) => {
    const { stage, reached } = await start(t)
    const outcome = await connectWithSecondHello(stage.port, [first, second], requestFor(first))
    t.match(outcome.answer, /^HTTP\/1\.1 200 OK\r\n.*reached$/s)
    t.equal(outcome.wasAskedForCertificate, isAsked)
    t.same(reached, [first])
    t.same(stage.events, [])
  })
}
