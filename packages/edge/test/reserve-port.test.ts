/*
 * Before the workers of an edge are there, their primary looks whether they can have the port. A balancer that only connects to see
 * whether the edge is up would take a port that listens meanwhile for the start, and send clients.
 */
import { once } from 'node:events'
import net from 'node:net'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { reservePort } from '../dist/service/workers/reserve-port.js'

const HOST = '127.0.0.1'
const TIMES = 200

/** Connects all the time, several at once, and counts where that succeeds. From another address: none can be a connection to itself. */
const PROBER = `
const { connect } = require('node:net')
const { parentPort, workerData: { host, port } } = require('node:worker_threads')
let tries = 0
let accepted = 0
let isOver = false
function probe() {
  if (isOver) return
  tries += 1
  if (tries === 100) parentPort.postMessage('at work')
  const socket = connect({ host, port, localAddress: '127.0.0.2' }, () => {
    accepted += 1
    socket.destroy()
  })
  socket.on('error', () => {})
  socket.on('close', probe)
}
for (let one = 0; one < 8; one += 1) probe()
parentPort.once('message', () => {
  isOver = true
  parentPort.postMessage(accepted)
})
`

const skip = 'BoundSocket' in net ? false : 'this Node can bind a port by listening alone'

t.test('nobody who connects before the workers are there is let in', { skip }, async (t) => {
  const { port } = await reservePort({ host: HOST, port: 0 })
  const prober = new Worker(PROBER, { eval: true, workerData: { host: HOST, port } })
  t.teardown(() => prober.terminate())
  await once(prober, 'message')
  for (let time = 0; time < TIMES; time += 1) await reservePort({ host: HOST, port })
  prober.postMessage('end')
  t.same(await once(prober, 'message'), [0])
})

t.test('a port that is taken is said, also where it could be shared', async (t) => {
  const server = net.createServer().listen({ host: HOST, port: 0, reusePort: true })
  t.teardown(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  for (const host of [HOST, '0.0.0.0', 'localhost']) {
    await t.rejects(reservePort({ host, port }), { code: 'EADDRINUSE', message: /in use/ })
  }
})

t.test('workers can share a port that is free, wherever it is', async (t) => {
  for (const host of [HOST, '0.0.0.0', '::', 'localhost']) {
    t.match(await reservePort({ host, port: 0 }), { host, port: Number, reusePort: true })
  }
})
