import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { openTlsConnection } from '@mtls-edge/testkit'
import { hello } from '../../packages/edge/test/front-hello.ts'
import { ALIAS, type SoakedEdge } from './soaked-edge.ts'

/** How often a slow client sends a byte, in milliseconds. */
const TRICKLE_EVERY = 500

/** More than a handshake takes on a busy machine, in milliseconds. */
const PATIENCE = 30_000

/**
 * After so long who reads nothing begins to: only so it learns whether it was cut off. Beyond twice the edge's
 * `stallTimeout`, in milliseconds.
 */
const UNREAD_FOR = 75_000

const HEAD = `POST /oauth/token HTTP/1.1\r\nHost: ${ALIAS}\r\n`

/** Each opens a connection and is slow in its way; what it sends from then on is up to `trickle`. */
const KINDS = {
  async hello(edge: SoakedEdge) {
    const socket = await openTcp(edge)
    socket.write(hello({ serverName: ALIAS }).subarray(0, 50))
    return { socket, trickle: 'a' }
  },
  async handshake(edge: SoakedEdge) {
    const socket = await openTcp(edge)
    socket.write(hello({ serverName: ALIAS, versions: [0x0304] }))
    return { socket, trickle: '' }
  },
  async headers(edge: SoakedEdge) {
    const { socket } = await openTls(edge)
    socket.write(`${HEAD}X-Slow: `)
    return { socket, trickle: 'a' }
  },
  async body(edge: SoakedEdge) {
    const { socket } = await openTls(edge)
    socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`)
    return { socket, trickle: 'a' }
  },
  async 'unread response'(edge: SoakedEdge) {
    const { socket } = await openTls(edge)
    // Nothing of it is kept, also when it is read at last.
    socket.removeAllListeners('data').pause()
    socket.write(`GET /userinfo HTTP/1.1\r\nHost: ${ALIAS}\r\n\r\n`)
    const timer = setTimeout(() => socket.resume(), UNREAD_FOR)
    socket.once('close', () => clearTimeout(timer))
    return { socket, trickle: '' }
  },
} satisfies Record<string, (edge: SoakedEdge) => Promise<{ socket: Socket; trickle: string }>>

export type SlowKind = keyof typeof KINDS
export const SLOW_KINDS = Object.keys(KINDS).filter((name): name is SlowKind => name in KINDS)

/** Slow clients, so many of every kind. */
export interface SlowClients {
  /** How many connections of each kind the edge has ended so far. */
  readonly cut: Readonly<Record<SlowKind, number>>
  /** Ends them all. */
  stop(): Promise<void>
}

/** Keeps so many of every kind there: each one that the edge has cut off comes again. */
export function startSlowClients(edge: SoakedEdge, ofEachKind: number): SlowClients {
  const cut = { hello: 0, handshake: 0, headers: 0, body: 0, 'unread response': 0 }
  const open = new Set<Socket>()
  let isStopping = false

  async function keep(kind: SlowKind): Promise<void> {
    while (!isStopping) {
      // One that is cut off while it opens comes again, too.
      const opened = await KINDS[kind](edge).catch(() => null)
      if (opened === null) continue
      const { socket, trickle } = opened
      open.add(socket)
      if (isStopping) socket.destroy()
      await untilClosed(socket, trickle)
      open.delete(socket)
      if (!isStopping) cut[kind] += 1
    }
  }

  const all = SLOW_KINDS.flatMap((kind) => Array.from({ length: ofEachKind }, () => keep(kind)))
  return {
    cut,
    async stop() {
      isStopping = true
      for (const socket of open) socket.destroy()
      await Promise.all(all)
    },
  }
}

async function openTcp({ port }: SoakedEdge): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  await once(socket, 'connect')
  // Only who reads learns of the end.
  return socket.resume()
}

const openTls = ({ port, ca, client }: SoakedEdge) =>
  openTlsConnection({ port, ca, certificate: client, servername: ALIAS, timeout: PATIENCE })

async function untilClosed(socket: Socket, trickle: string): Promise<void> {
  socket.on('error', () => {})
  const timer = trickle === '' ? null : setInterval(() => socket.write(trickle), TRICKLE_EVERY)
  if (!socket.destroyed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  if (timer !== null) clearInterval(timer)
}
