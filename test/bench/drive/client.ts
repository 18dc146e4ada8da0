/** A client of TLS sockets and bytes, a process of its own. It does its task, prints one line, and ends when its input does. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { connect, type TLSSocket } from 'node:tls'
import type { ClientSettings } from './run-client.ts'

const settings: ClientSettings = JSON.parse(process.env.BENCH_CLIENT ?? '{}')
const { port, files } = settings
const NAME = 'localhost'
const REQUEST = describeRequest(
  'grant_type=client_credentials&client_id=0123456789abcdef0123456789abcdef',
)
/** Connections that are being opened at a time. */
const OPENING = 16
const tls = {
  host: '127.0.0.1',
  port,
  servername: NAME,
  ca: readFileSync(files.serverRoot),
  cert: readFileSync(files.clientChain),
  key: readFileSync(files.clientKey),
}

function describeRequest(body: string): Buffer {
  return Buffer.from(
    `POST /oauth/token HTTP/1.1\r\nHost: ${NAME}:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
}

async function open(session?: Buffer): Promise<TLSSocket> {
  const socket = connect({ ...tls, ...(session === undefined ? {} : { session }) })
  socket.setNoDelay(true)
  await once(socket, 'secureConnect')
  return socket
}

/** Sends a request and waits for the whole answer, which has a Content-Length or is chunked. */
function ask(socket: TLSSocket, request = REQUEST): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const onData = (part: Buffer): void => {
      answer += part.toString('latin1')
      const end = answer.indexOf('\r\n\r\n')
      if (end === -1) return
      const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1]
      const isWhole =
        length === undefined
          ? answer.endsWith('0\r\n\r\n')
          : answer.length >= end + 4 + Number(length)
      if (!isWhole) return
      socket.off('data', onData).off('error', reject)
      if (answer.startsWith('HTTP/1.1 200')) resolve()
      else reject(new Error(answer))
    }
    socket.on('data', onData).on('error', reject)
    socket.write(request)
  })
}

/** Does something so many times, a few at a time. */
async function repeat(count: number, atATime: number, run: () => Promise<void>): Promise<void> {
  let left = count
  const work = async (): Promise<void> => {
    while (left-- > 0) await run()
  }
  await Promise.all(Array.from({ length: atATime }, work))
}

/** Opens connections with one request each, all by full handshakes, or all resuming this session. */
async function connectAnew(connections: number, session?: Buffer): Promise<void> {
  await repeat(connections, OPENING, async () => {
    const socket = await open(session)
    if (socket.isSessionReused() !== (session !== undefined)) {
      throw new Error(session === undefined ? 'a session was resumed' : 'it was not resumed')
    }
    await ask(socket)
    socket.destroy()
  })
}

async function receiveSession(): Promise<Buffer> {
  const socket = await open()
  const [[session]] = await Promise.all([once(socket, 'session'), ask(socket)])
  socket.destroy()
  return session
}

async function sendBodies(connections: number, requests: number, bytes: number): Promise<void> {
  const request = describeRequest('x'.repeat(bytes))
  const sockets = await Promise.all(Array.from({ length: connections }, () => open()))
  let left = requests
  const work = async (socket: TLSSocket): Promise<void> => {
    while (left-- > 0) await ask(socket, request)
    socket.destroy()
  }
  await Promise.all(sockets.map(work))
}

async function sendAtRate(connections: number, rate: number, seconds: number): Promise<number[]> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open()))
  for (const socket of sockets) await ask(socket)
  const latencies: number[] = []
  const start = performance.now()
  const total = Math.round(rate * seconds)
  const pending: Promise<void>[] = []
  const free = [...sockets]
  // Counted from when a request was due, whether or not a connection was free then: a stall counts for all that it holds up.
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate))
    for (; sent < due && free.length > 0; sent++) {
      const socket = free.pop()
      if (socket === undefined) break
      const dueAt = start + (sent / rate) * 1000
      pending.push(
        ask(socket).then(() => {
          latencies.push(performance.now() - dueAt)
          free.push(socket)
        }),
      )
    }
    await setTimeout(1)
  }
  await Promise.all(pending)
  for (const socket of sockets) socket.destroy()
  return latencies
}

const kept: TLSSocket[] = []
let latencies: number[] = []
if (settings.mode === 'full') await connectAnew(settings.connections)
else if (settings.mode === 'resumed')
  await connectAnew(settings.connections, await receiveSession())
else if (settings.mode === 'bodies')
  await sendBodies(settings.connections, settings.requests, settings.bytes)
else if (settings.mode === 'rate') {
  latencies = await sendAtRate(settings.connections, settings.rate, settings.seconds)
} else {
  await repeat(settings.connections, OPENING, async () => {
    const socket = await open()
    await ask(socket)
    kept.push(socket)
  })
  const closed = kept.filter(({ destroyed }) => destroyed).length
  if (closed > 0) throw new Error(`${closed} connections were closed that were to lie idle`)
}
process.stdin.resume().on('end', () => {
  for (const socket of kept) socket.destroy()
})
process.stdout.write(`${JSON.stringify({ latencies })}\n`)
