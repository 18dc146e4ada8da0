import { once } from 'node:events'
import { connect, createServer, Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { createPki } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { ConnectionTable } from '../dist/front/connection-table.js'

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
  socket,
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

/** The TLS socket that a server puts above a TCP socket. */
async function secure(t: Test, [socket, client]: readonly [Socket, Socket]): Promise<TLSSocket> {
  const { pem, keyPem } = createPki().server('localhost')
  const server = createTlsServer({ cert: pem, key: keyPem })
  const secured = once(server, 'secureConnection')
  server.emit('connection', socket)
  const caller = connectTls({ socket: client, rejectUnauthorized: false })
  t.teardown(() => caller.destroy())
  const [above]: TLSSocket[] = await secured
  if (above === undefined) throw new Error('no TLS connection')
  return above
}

t.test('a TLS socket finds the connection below it, by its addresses too', async (t) => {
  const table = new ConnectionTable<ReturnType<typeof entryOf>>()
  const ends = await pair(t)
  const above = await secure(t, ends)
  const own = entryOf(ends[0], 'own')
  table.add(own)
  t.equal(table.find(above), own)
  t.equal(table.findByAddress(above), own)
  table.delete(own)
  t.equal(table.find(above), undefined)
})

t.test('a TLS socket never finds who is back from the same address', async (t) => {
  const table = new ConnectionTable<ReturnType<typeof entryOf>>()
  const ends = await pair(t)
  const above = await secure(t, ends)
  const twin: Socket = Object.create(ends[0])
  const [old, back] = [entryOf(ends[0], 'old'), entryOf(twin, 'back')]
  table.add(old)
  table.add(back)
  t.equal(table.findByAddress(above), back)
  t.equal(table.find(above), old)
  table.delete(old)
  t.equal(table.find(above), undefined, 'nor when its own has gone')
})

t.test('ports that fall into one list are told apart', async (t) => {
  const table = new ConnectionTable<ReturnType<typeof entryOf>>()
  const [[socket], [another]] = [await pair(t), await pair(t)]
  const own = entryOf(socket, 'own')
  const stranger = { ...entryOf(another, 'stranger'), peer: { port: own.peer.port + 4096 } }
  table.add(own)
  table.add(stranger)
  t.equal(table.findByAddress(socket), own)
  table.delete(own)
  t.equal(table.findByAddress(socket), undefined, 'not whoever else stands there')
  t.same([...table], [stranger])
})

t.test('of a peer that is back before its old connection was closed, the new one', async (t) => {
  const table = new ConnectionTable<ReturnType<typeof entryOf>>()
  const [socket] = await pair(t)
  const twin: Socket = Object.create(socket)
  const [old, back] = [entryOf(twin, 'old'), entryOf(socket, 'back')]
  table.add(old)
  t.equal(table.findByAddress(socket), old)
  table.add(back)
  t.equal(table.findByAddress(socket), back)
  table.delete(old)
  t.equal(table.findByAddress(socket), back)
})

t.test('of a peer that has gone no address is known, and nobody is found by none', async (t) => {
  const table = new ConnectionTable<ReturnType<typeof entryOf>>()
  const gone = { name: 'gone', socket: new Socket(), peer: { port: 0 } }
  table.add(gone)
  t.equal(table.findByAddress(new Socket()), undefined)
})
