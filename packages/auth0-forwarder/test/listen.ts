import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Test } from 'tap'

/** Lets a target listen on a port of 127.0.0.1 that is free; with the test it ends, and all of its sockets. */
export async function listenOnLoopback(
  t: Test,
  server: Server,
  sockets: readonly Socket[],
): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo // A TCP server that listens has one.
  return port
}
