// Started by front-public-roots.test.ts with NODE_EXTRA_CA_CERTS set, which Node reads at the start of a process alone.
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { openTlsConnection } from '@mtls-edge/testkit'
import { createFront, createHostServer } from '../../packages/edge/dist/front/index.js'
import {
  type Authorities,
  get,
  MTLS_DOMAIN,
  showConnection,
} from '../../packages/edge/test/front-stage.ts'

/** What the parent sends. */
export interface Order {
  readonly serverCertificates: Authorities['serverCertificates']
  readonly cert: string
  readonly key: string
}

process.once('message', async (order: Order) => {
  const show = async (port: number) => {
    const connection = await openTlsConnection({ ...order, port, servername: MTLS_DOMAIN })
    const answer = await connection.request(get(MTLS_DOMAIN))
    connection.destroy()
    return JSON.parse(answer.text)
  }

  const careless = createServer(
    {
      cert: order.serverCertificates.map(({ certificate }) => certificate),
      key: order.serverCertificates.map(({ key }) => key),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      response.end(JSON.stringify({ authorized: (request.socket as TLSSocket).authorized }))
    },
  )
  careless.listen(0, '127.0.0.1')
  await once(careless, 'listening')

  const front = createFront()
  const server = createHostServer(
    {
      serverName: MTLS_DOMAIN,
      serverCertificates: order.serverCertificates,
      tlsProfile: 'fapi2',
      clientCertificate: 'request',
      trustAnchors: [],
    },
    showConnection,
  )
  front.setHosts([[MTLS_DOMAIN, server]])
  const { port } = await front.listen({ host: '127.0.0.1', port: 0 })

  const seen = {
    careless: await show((careless.address() as AddressInfo).port),
    front: await show(port),
  }
  careless.close()
  await front.close({ timeout: 0 })
  process.send?.(seen)
  process.disconnect?.()
})
