import { once } from 'node:events'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { createPki, type Issued, type Pki } from '@mtls-edge/testkit'

/**
 * Some releases of Node show a server the client's leaf alone: the intermediates that a client sends along reach
 * OpenSSL, whose verdict is right, but not the edge, which judges for itself (nodejs/node#65579). A client whose
 * intermediate only came along must then be refused, never let pass with a check left out; one whose intermediate is
 * configured is as good as ever.
 *
 * What the releases do that the tests were run on. It is measured anyway: the table is what the measurement is held
 * against, so that a probe that goes blind does not turn a test round.
 */
const KNOWN: Readonly<Record<string, boolean>> = {
  '22.23.3': true,
  '24.21.0': false,
  '26.8.2': false,
  '26.10.0': true,
}

/** Whether this Node shows a server the chain that a client presents. */
export const isChainShown: boolean = await probe(createPki())

const { node: version } = process.versions
const known = KNOWN[version]
if (known !== undefined && known !== isChainShown) {
  const seen = isChainShown ? 'shows' : 'hides'
  throw new Error(`Node ${version} ${seen} the presented chain, against what is known of it`)
}

/** What the edge must be configured with, so that clients that send their intermediate along are known on every Node. */
export const configuredWhereHidden = ({ intermediate }: Pki): readonly Issued[] =>
  isChainShown ? [] : [intermediate]

/** A handshake with a client that sends its intermediate: does the server see two certificates or one? */
async function probe(pki: Pki): Promise<boolean> {
  const certificate = pki.server('localhost')
  const server = createServer({
    cert: certificate.chainPem,
    key: certificate.keyPem,
    ca: pki.root.pem,
    requestCert: true,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('the probe has no port')
  const client = pki.client()
  const socket = connect({
    port: bound.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: pki.root.pem,
    cert: client.chainPem,
    key: client.keyPem,
  })
  const [seen]: TLSSocket[] = await once(server, 'secureConnection')
  // OpenSSL has verified the whole chain by now: without the intermediate there would be no connection.
  const isShown = seen?.getPeerX509Certificate()?.issuerCertificate !== undefined
  seen?.destroy()
  socket.destroy()
  server.close()
  return isShown
}
