// An edge as it is often written: a proxy that adds two headers to what the client sent. It answers the command line of the
// real one, so that the demo can be shown to notice everything that is wrong with it.
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request } from 'node:https'
import { dirname, join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { parse } from 'yaml'

const [, , , , file = ''] = process.argv
const configuration = parse(readFileSync(file, 'utf8'))
const [domain] = configuration.domains
const [{ certificateFile, keyFile }] = domain.serverCertificates
const read = (name: string) => readFileSync(join(dirname(file), name), 'utf8')
const target = new URL(domain.auth0.forwardingTarget)

const server = createServer(
  {
    cert: read(certificateFile),
    key: read(keyFile),
    ca: read(domain.clientCertificates.caSigned.trustAnchorFiles[0]),
    requestCert: true,
    rejectUnauthorized: false,
  },
  forward,
)

function forward(incoming: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', url = '/', headers } = incoming
  const outgoing = request(
    {
      host: target.hostname,
      port: target.port,
      ca: read(domain.auth0.caFile),
      method,
      path: url,
      headers: {
        ...headers,
        host: target.host,
        'cname-api-key': read(domain.auth0.cnameApiKeyFile).trim(),
        ...describeCertificate(incoming),
      },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    },
  )
  outgoing.on('error', () => response.destroy())
  incoming.pipe(outgoing)
}

function describeCertificate({ socket }: IncomingMessage): Record<string, string> {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  if (!(socket instanceof TLSSocket) || certificate === undefined) return {}
  return {
    'client-certificate': encodeURIComponent(certificate.toString()),
    'client-certificate-ca-verified': socket.authorized
      ? 'SUCCESS'
      : 'FAILED:self-signed certificate',
  }
}

server.listen(configuration.listen.port, '127.0.0.1', () => {
  console.log(JSON.stringify({ event: 'ready', port: configuration.listen.port }))
})
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
