import { once } from 'node:events'
import net, { type ListenOptions } from 'node:net'
import type { Address } from '../../configuration/types.js'
import type { Listen } from '../start-serving.js'

/** How the system says that it can't share ports. */
const CANT_SHARE = ['ENOTSUP', 'EINVAL', 'ENOPROTOOPT']

/**
 * Finds out where workers are to listen, and whether each can have a socket of its own.
 *
 * A port that anybody listens on is refused here: with `SO_REUSEPORT` two edges of one user would share it, and each
 * would get some of the other's connections.
 *
 * @throws the system's error, such as EADDRINUSE
 */
export async function reservePort({ host, port }: Address): Promise<Listen> {
  const reserved = { host, port: await probe({ host, port, exclusive: true }) }
  try {
    await probe({ ...reserved, reusePort: true })
    return { ...reserved, reusePort: true }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (CANT_SHARE.includes(code)) return reserved
    throw error
  }
}

/**
 * Binds the port for a moment; returns it. Whoever connects meanwhile, as balancers do to see whether the edge is up, is refused. Where
 * Node can't bind without listening (names, and all of Node 22), and for its words where the port is taken, it listens.
 */
async function probe(options: ListenOptions & Address): Promise<number> {
  if (!('BoundSocket' in net) || net.isIP(options.host) === 0) return listenForAMoment(options)
  try {
    const { host, port, reusePort } = options
    const bound = new net.BoundSocket({ host, port, reusePort })
    const reserved = bound.address().port
    bound.close()
    return reserved
  } catch {
    return listenForAMoment(options)
  }
}

async function listenForAMoment(options: ListenOptions): Promise<number> {
  const server = net.createServer((socket) => socket.destroy())
  server.listen(options)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP port')
  return address.port
}
