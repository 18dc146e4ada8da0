// The attack: keep the operators out of the admin listener by connections that say nothing. Whoever is at their address, as every
// program of the machine is at 127.0.0.1, opens as many as there are and holds them. The victim is whoever wants to suspend a
// certificate just then. Each address has a bound, and who comes is let in, in the place of one of those who showed no token.
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { startAdminStage, TOKEN } from '../../packages/edge/test/admin-stage.ts'

/** The bound of one address, and of all. */
const [OF_ADDRESS, OF_ALL] = [64, 256]

t.test('connections that say nothing keep no operator out', async (t) => {
  const { adminPort: port, call } = await startAdminStage(t)
  const headers = { authorization: `Bearer ${TOKEN}` }
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const askOnKept = async (): Promise<Socket> => {
    const request = get({ port, host: '127.0.0.1', path: '/api/v1/domains', headers, agent })
    const [response]: IncomingMessage[] = await once(request, 'response')
    t.equal(response?.statusCode, 200)
    await response?.resume().toArray()
    return request.socket as Socket // A request that was answered has one.
  }
  const kept = await askOnKept()

  let ended = 0
  const silent = Array.from({ length: OF_ALL }, () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    socket.once('close', () => {
      ended += 1
    })
    t.teardown(() => socket.destroy())
    return socket.resume()
  })
  await Promise.all(silent.map((socket) => once(socket, 'connect')))
  t.equal((await call('/api/v1/domains')).status, 200, 'a new connection of an operator')
  t.equal(await askOnKept(), kept, 'the one that was open, and had shown the token, still is')
  t.ok(ended >= OF_ALL - OF_ADDRESS, `${ended} of ${OF_ALL} were given up`)
  t.notOk(silent.at(-1)?.destroyed, 'the oldest ones first')
})
