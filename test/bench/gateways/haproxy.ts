import { startProgram } from '../stage/pinned-process.ts'
import { ALIAS, API_KEY, type Stage } from '../stage/stage.ts'
import type { Gateway, GatewayOptions } from './gateway.ts'

/**
 * More than are ever held here: 10,000 that lie idle. HAProxy wants twice as many files for it, which it may not get: hence `no
 * strict-limits`. Few of these connections need one to the upstream.
 */
const MOST_CONNECTIONS = 12_000

/** HAProxy. Its PEM has no line breaks, which nothing of its own can make. */
export const haproxy: Gateway = {
  name: 'HAProxy',
  start(stage, options) {
    const config = stage.write('haproxy.cfg', describe(stage, options))
    return startProgram({
      command: 'haproxy',
      args: ['-db', '-f', config],
      port: options.port,
      logFile: stage.path('haproxy.log'),
      cores: options.cores,
    })
  },
}

function describe(stage: Stage, { port, workers = 1 }: GatewayOptions): string {
  const { files, upstreamPort, options } = stage
  const tickets = options.tickets ? '' : ' no-tls-tickets'
  const pem =
    '-----BEGIN%20CERTIFICATE-----%0A%[ssl_c_der,base64,url_enc]%0A-----END%20CERTIFICATE-----%0A'
  return `global
  nbthread ${workers}
  maxconn ${MOST_CONNECTIONS}
  no strict-limits
  log stdout format raw local0
  ${options.tickets ? '' : 'tune.ssl.cachesize 0'}
defaults
  mode http
  log global
  option httplog
  timeout connect 5s
  timeout client 600s
  timeout server 60s
frontend alias
  bind 127.0.0.1:${port} backlog 4096 ssl crt ${files.serverAll} ca-file ${files.clientRoot} verify optional ssl-min-ver TLSv1.2 alpn http/1.1${tickets}
  http-request deny deny_status 404 unless { path /oauth/token }
  http-request deny deny_status 401 unless { ssl_c_used } { ssl_c_verify 0 }
  http-request set-header host ${ALIAS}:${upstreamPort}
  http-request set-header x-forwarded-for %[src]
  http-request set-header cname-api-key ${API_KEY}
  http-request set-header client-certificate "${pem.replaceAll('%20', '%%20').replaceAll('%0A', '%%0A')}"
  http-request set-header client-certificate-ca-verified SUCCESS
  default_backend auth0
backend auth0
  http-reuse always
  server auth0 127.0.0.1:${upstreamPort} ssl verify required ca-file ${files.serverRoot} sni str(${ALIAS}) verifyhost ${ALIAS} ssl-min-ver TLSv1.2 maxconn 5000 pool-max-conn 256
`
}
