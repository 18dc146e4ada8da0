// The attack: TLS 1.3 lets a client that has been there before send a request in its very first flight (0-RTT). Whoever
// has recorded that flight can send it again, as often as he likes and without any key: a token request, replayed. And the
// request runs before the client has proved that it holds the key of its certificate. A server invites early data by an
// extension of its tickets, and takes it by one of its answers; the front must do neither.
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { hello, record, vector8, vector16 } from '../../packages/edge/test/front-hello.ts'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  MTLS_DOMAIN,
  startStage,
} from '../../packages/edge/test/front-stage.ts'
import { connectWithSecondHello } from '../../packages/edge/test/front-tls13-client.ts'
import { askHello } from '../../packages/edge/test/front-wire.ts'

const authorities = createAuthorities()
const EARLY_DATA = 42
const PSK_KEY_EXCHANGE_MODES = 45
const PRE_SHARED_KEY = 41

/** The types of a ticket's extensions: RFC 8446 section 4.6.1. */
function extensionTypes(ticket: Buffer): number[] {
  const ticketAt = 9 + ticket.readUInt8(8)
  const extensionsAt = ticketAt + 2 + ticket.readUInt16BE(ticketAt)
  const types: number[] = []
  for (let at = extensionsAt + 2; at + 4 <= ticket.length; at += 4 + ticket.readUInt16BE(at + 2)) {
    types.push(ticket.readUInt16BE(at))
  }
  return types
}

t.test('no ticket invites early data', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  for (const name of [CUSTOM_DOMAIN, MTLS_DOMAIN]) {
    const request = `GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`
    const { tickets } = await connectWithSecondHello(stage.port, [name, name], request)
    t.equal(tickets.length, 2, 'OpenSSL sends two in TLS 1.3, also where none will be taken')
    for (const ticket of tickets) t.notOk(extensionTypes(ticket).includes(EARLY_DATA))
  }
})

t.test('early data that comes uninvited reaches no request handler', async (t) => {
  let requests = 0
  const stage = await startStage({
    authorities,
    listener(_request, response) {
      requests += 1
      response.end()
    },
  })
  t.teardown(() => stage.close())
  const binder = vector8(randomBytes(32))
  const identity = Buffer.concat([vector16(randomBytes(200)), Buffer.alloc(4)])
  const bytes = Buffer.concat([
    hello({
      serverName: MTLS_DOMAIN,
      versions: [0x0304],
      extraExtensions: [
        [PSK_KEY_EXCHANGE_MODES, vector8(Buffer.from([1]))],
        [EARLY_DATA, Buffer.alloc(0)],
        [PRE_SHARED_KEY, Buffer.concat([vector16(identity), vector16(binder)])],
      ],
    }),
    record(randomBytes(300), 23, 0x0303),
  ])
  const event = stage.nextEvent()
  t.match(await askHello(stage.port, bytes), { kind: 'server_hello', version: 0x0304 })
  t.match(await event, { type: 'handshake_refused', serverName: MTLS_DOMAIN })
  t.equal(requests, 0)
})
