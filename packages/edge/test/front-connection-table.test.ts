import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { ConnectionTable, connectionKey } from '../dist/front/connection-table.js'

/** Both ends of a connection of this machine. */
async function pair(t: Test): Promise<readonly [Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  const accepted = once(server, 'connection')
  const client = connect(address.port, '127.0.0.1')
  const [socket]: Socket[] = await accepted
  if (socket === undefined) throw new Error('no connection')
  t.teardown(() => {
    client.destroy()
    socket.destroy()
    server.close()
  })
  return [socket, client]
}

const entryOf = (socket: Socket, name: string) => ({
  name,
  key: connectionKey(socket),
  peer: { port: socket.remotePort ?? 0 },
})

t.test('a connection is found by a socket until it has gone', async (t) => {
  const table = new ConnectionTable<ReturnType<typeof entryOf>>()
  const [[one], [other]] = [await pair(t), await pair(t)]
  const [a, b] = [entryOf(one, 'a'), entryOf(other, 'b')]
  table.add(a)
  table.add(b)
  t.equal(table.find(one), a)
  t.equal(table.find(other), b)
  t.equal(table.size, 2)
  t.same([...table].map(({ name }) => name).sort(), ['a', 'b'])
  table.delete(a)
  table.delete(a)
  t.equal(table.find(one), undefined)
  t.equal(table.size, 1)
})

t.test('ports that fall into one list are told apart', async (t) => {
  const table = new ConnectionTable<ReturnType<typeof entryOf>>()
  const [socket] = await pair(t)
  const port = socket.remotePort ?? 0
  const stranger = { name: 'stranger', key: 'another peer', peer: { port: port + 4096 } }
  const own = entryOf(socket, 'own')
  table.add(own)
  table.add(stranger)
  t.equal(table.find(socket), own)
  table.delete(own)
  t.equal(table.find(socket), undefined, 'not whoever else stands there')
  t.same([...table], [stranger])
})

t.test('of a peer that is back before its old connection was closed, the new one', async (t) => {
  const table = new ConnectionTable<ReturnType<typeof entryOf>>()
  const [socket] = await pair(t)
  const [old, back] = [entryOf(socket, 'old'), entryOf(socket, 'back')]
  table.add(old)
  table.add(back)
  t.equal(table.find(socket), back)
  table.delete(old)
  t.equal(table.find(socket), back)
})
