import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Test } from 'tap'

/** A way to a server that a test can cut: what a network or a stopped database does to its clients. */
export interface CuttableProxy {
  readonly port: number
  /** Ends all connections, and refuses new ones. */
  readonly cut: () => Promise<void>
  /** Connections stay, new ones are accepted, and not a byte gets through any more. */
  readonly freeze: () => void
  /** Lets connections through again; those that were frozen end. */
  readonly mend: () => Promise<void>
}

/** Starts a proxy to a port of this machine; it ends with its test. */
export async function startCuttableProxy(t: Test, target: URL): Promise<CuttableProxy> {
  // Read now: callers go on to change the URL.
  const { port: targetPort, hostname } = target
  const sockets = new Set<Socket>()
  let isFrozen = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  }
  const accept = (client: Socket) => {
    keep(client)
    if (isFrozen) return
    const upstream = connect(Number(targetPort || 5432), hostname)
    keep(upstream)
    client.pipe(upstream).pipe(client)
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  }
  const endAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  let server = await listen(accept, 0)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    endAll()
    await closed
  }
  t.teardown(stop)
  return {
    port,
    cut: stop,
    freeze: () => {
      isFrozen = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    mend: async () => {
      isFrozen = false
      endAll()
      if (!server.listening) server = await listen(accept, port)
    },
  }
}

async function listen(accept: (client: Socket) => void, port: number): Promise<Server> {
  const server = createServer(accept)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}
