import t from 'tap'
import { codeOf, requestOf, startEdge } from './edge-in-test.ts'

t.test('the socket names the client, once, whatever the client says', async (t) => {
  const { upstream, send } = await startEdge(t)
  await send(requestOf('GET /', ['X-Forwarded-For: 192.0.2.1', 'True-Client-IP: 192.0.2.1']))
  t.same(upstream.requests[0]?.valuesOf('x-forwarded-for'), ['127.0.0.1'])
  t.same(upstream.requests[0]?.valuesOf('true-client-ip'), [])
})

for (const name of ['true-client-ip', 'cf-connecting-ip', 'x-azure-clientip'] as const) {
  t.test(`${name} carries the address beside x-forwarded-for`, async (t) => {
    const { upstream, send } = await startEdge(t, { options: { clientIpHeader: name } })
    await send(
      requestOf('GET /', [`${name}: 192.0.2.1`, `${name.replaceAll('-', '_')}: 192.0.2.1`]),
    )
    t.same(upstream.requests[0]?.valuesOf(name), ['127.0.0.1'])
    t.same(upstream.requests[0]?.valuesOf('x-forwarded-for'), ['127.0.0.1'])
  })
}

t.test('x-forwarded-for as the chosen header is sent once', async (t) => {
  const { upstream, send } = await startEdge(t, { options: { clientIpHeader: 'x-forwarded-for' } })
  await send(requestOf('GET /'))
  t.same(upstream.requests[0]?.valuesOf('x-forwarded-for'), ['127.0.0.1'])
})

const addresses = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['2001:db8::7', '2001:db8::7'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
] as const

t.test('an address is sent in one form', async (t) => {
  let address = ''
  const { upstream, send } = await startEdge(t, { options: { clientIp: () => address } })
  for (const [given, sent] of addresses) {
    address = given
    upstream.forget()
    t.equal((await send(requestOf('GET /')))?.status, 200, given)
    t.same(upstream.requests[0]?.valuesOf('x-forwarded-for'), [sent], given)
  }
})

t.test('what is not an address is refused', async (t) => {
  let address: unknown
  const clientIp = () => address as string // What a function written in JavaScript may return.
  const { upstream, send } = await startEdge(t, { options: { clientIp } })
  const bad = [
    undefined,
    null,
    '',
    7,
    'localhost',
    '192.0.2.7, 192.0.2.8',
    '192.0.2.7:443',
    '[::1]',
  ]
  for (const given of [...bad, '192.0.2.7\r\nclient-certificate: x', '::ffff:192.0.2.700']) {
    address = given
    const response = await send(requestOf('GET /'))
    t.equal(response?.status, 500, String(given))
    t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_CLIENT_ADDRESS_UNKNOWN', String(given))
  }
  t.equal(upstream.requests.length, 0)
})
