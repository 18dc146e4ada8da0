import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import type { Test } from 'tap'
import { type Authorities, MTLS_DOMAIN, type Stage } from './front-stage.ts'

/** Both ends of a connection whose client minds nothing of what it is told. */
export interface RudeConnection {
  readonly client: TLSSocket
  readonly server: TLSSocket
}

export async function openRudely(
  t: Test,
  { mtlsServer, port }: Stage,
  { root }: Authorities,
): Promise<RudeConnection> {
  const connected = once(mtlsServer, 'secureConnection')
  const options = {
    host: '127.0.0.1',
    port,
    servername: MTLS_DOMAIN,
    ca: root.pem,
    // Goes on after the edge has ended its side; the types of tls.connect leave it out.
    allowHalfOpen: true,
  }
  const client = connect(options)
  client.on('error', () => {})
  t.teardown(() => client.destroy())
  await once(client, 'secureConnect')
  const [server]: TLSSocket[] = await connected
  if (server === undefined) throw new Error('no connection')
  return { client, server }
}

/** Also where the client broke off. */
export const closeOf = (socket: TLSSocket): Promise<unknown> =>
  socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve))

/** Sends all of it without a look at what comes back; resolves also where it did not get through. */
export function send(client: TLSSocket, bytes: string): Promise<unknown> {
  return new Promise((resolve) => client.write(bytes, 'latin1', resolve))
}

/** Sends as fast as the other side takes it, and resolves when so many bytes are out or the connection has closed. */
export async function pour(client: TLSSocket, bytes: number): Promise<void> {
  const part = 'x'.repeat(65_536)
  for (let sent = 0; sent < bytes && !client.destroyed; sent += part.length) {
    await Promise.race([send(client, part), closeOf(client)])
  }
}

/** Everything that comes until the other side has ended. */
export async function read(client: TLSSocket): Promise<string> {
  let text = ''
  client.on('data', (part: Buffer) => {
    text += part.toString('latin1')
  })
  client.once('end', () => client.end())
  client.resume()
  await closeOf(client)
  return text
}
