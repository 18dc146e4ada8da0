import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import {
  ALIAS,
  clients,
  type Domain,
  type EdgeStage,
  request,
  startEdgeStage,
} from './edge-stage.ts'

const BALANCER = '127.0.0.1'
const STRANGER = '127.0.0.2'
const HEADER = 'PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\n'
const HEADER_V6 = 'PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n'

const withHeader = (domain: Domain): object => ({
  ...domain,
  auth0: { ...domain.auth0, clientIpHeader: 'true-client-ip' },
})

const startBehindBalancer = (): Promise<EdgeStage> =>
  startEdgeStage(t, withHeader, {
    settings: {
      listen: { host: '127.0.0.1', port: 0, proxyProtocol: { trusted: [`${BALANCER}/32`] } },
    },
  })

const stage = await startBehindBalancer()

async function connectFrom(localAddress: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: stage.edge.port, localAddress })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** TLS over a connection that begins with these bytes. */
async function open(localAddress: string, header: string): Promise<TlsConnection> {
  const socket = await connectFrom(localAddress)
  socket.write(header)
  return openTlsConnection({
    port: stage.edge.port,
    servername: ALIAS,
    certificate: clients.client(),
    tls: { socket },
    timeout: 20_000,
  })
}

const lastLine = (event: string): unknown => stage.log.findLast((line) => line.event === event)

for (const [family, header, address] of [
  ['IPv4', HEADER, '203.0.113.7'],
  ['IPv6', HEADER_V6, '2001:db8::7'],
] as const) {
  t.test(`the client's own ${family} address goes to Auth0 and into the log`, async (t) => {
    const connection = await open(BALANCER, header)
    for (let count = 0; count < 2; count++) {
      connection.write(request('POST /oauth/token', 'X-Forwarded-For: 198.51.100.1\r\n'))
      const { headers } = await stage.upstream.nextRequest()
      t.match(headers, { 'x-forwarded-for': address, 'true-client-ip': address })
      t.equal((await connection.nextResponse()).status, 200)
    }
    t.match(lastLine('request'), { remoteAddress: address })
    connection.destroy()
  })
}

t.test('a handshake that is refused is logged with the client of the header', async (t) => {
  const socket = await connectFrom(BALANCER)
  const closed = once(socket, 'close')
  socket.end(`${HEADER}GET / HTTP/1.1\r\n\r\n`)
  await closed
  t.match(lastLine('handshake_refused'), { reason: 'not_tls', remoteAddress: '203.0.113.7' })
})

t.test('a balancer that sends no header is closed', async (t) => {
  await t.rejects(open(BALANCER, ''))
  t.match(lastLine('handshake_refused'), {
    reason: 'invalid_proxy_header',
    remoteAddress: BALANCER,
  })
})

t.test('anybody else who sends one is closed, and served without', async (t) => {
  await t.rejects(open(STRANGER, HEADER))
  t.match(lastLine('handshake_refused'), { reason: 'not_tls', remoteAddress: STRANGER })

  const connection = await open(STRANGER, '')
  connection.write(request('POST /oauth/token'))
  t.match((await stage.upstream.nextRequest()).headers, { 'x-forwarded-for': STRANGER })
  connection.destroy()
})
