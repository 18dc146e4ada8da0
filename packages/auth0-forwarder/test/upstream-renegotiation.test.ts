/*
 * The attack: a target that speaks TLS 1.2 asks for another handshake while a request is on the connection. Node tells of each
 * handshake by 'secureConnect'. Where that meant "ready for a request", a second one would be written on the connection, and the
 * answer to the first one handed to whoever asks second: another client's token.
 */
import { once } from 'node:events'
import { createServer, type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { requestOf, serverCertificate, startEdge } from './edge-in-test.ts'
import { listenOnLoopback } from './listen.ts'
import { whole } from './raw-target.ts'

interface Target {
  readonly origin: string
  readonly sockets: readonly TLSSocket[]
  readonly paths: readonly string[]
  nextRequest(): Promise<void>
}

/** A target that speaks no TLS but 1.2, and answers when it is told to. */
async function startTls12Target(t: Test): Promise<Target> {
  const sockets: TLSSocket[] = []
  const paths: string[] = []
  const { chainPem, keyPem } = serverCertificate
  const server = createServer({ cert: chainPem, key: keyPem, maxVersion: 'TLSv1.2' }, (socket) => {
    sockets.push(socket.setNoDelay(true))
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      paths.push(/ (\/\S*) HTTP\/1\.1/.exec(bytes.toString('latin1'))?.[1] ?? '')
      server.emit('asked')
    })
  })
  const port = await listenOnLoopback(t, server, sockets)
  return {
    origin: `https://localhost:${port}`,
    sockets,
    paths,
    nextRequest: async () => void (await once(server, 'asked')),
  }
}

for (const when of ['in the middle of a request', 'between two requests']) {
  t.test(`a handshake ${when} brings nobody onto the connection of another one`, async (t) => {
    const target = await startTls12Target(t)
    const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
    let asked = target.nextRequest()
    const victim = send(requestOf('GET /victim'))
    await asked
    const [socket] = target.sockets
    if (when === 'between two requests') {
      socket?.write(whole('for the victim'))
      t.equal((await victim)?.text, 'for the victim')
    }
    const isClosed = new Promise((resolve) => socket?.once('close', resolve))
    await Promise.race([new Promise((resolve) => socket?.renegotiate({}, resolve)), isClosed])
    asked = target.nextRequest()
    const attacker = send(requestOf('GET /attacker'))
    await asked
    t.same(target.paths, ['/victim', '/attacker'])
    t.equal(target.sockets.length, 2)
    target.sockets[1]?.write(whole('for the attacker'))
    t.equal((await attacker)?.text, 'for the attacker')
    // RFC 9325 section 3.5: no second handshake. Node's server ends a connection whose client refuses it.
    if (when === 'in the middle of a request') t.equal((await victim)?.status, 502)
  })
}
