import { readFileSync } from 'node:fs'
import { startProgram } from '../stage/pinned-process.ts'
import { ALIAS, API_KEY, type Stage } from '../stage/stage.ts'
import type { Gateway, GatewayOptions } from './gateway.ts'

/** Caddy. It has no way to URL-encode the certificate: it sends the bare base64 of its DER. */
export const caddy: Gateway = {
  name: 'Caddy',
  start(stage, options) {
    const config = stage.write('caddy.json', JSON.stringify(describe(stage, options)))
    return startProgram({
      command: 'caddy',
      args: ['run', '--config', config],
      port: options.port,
      logFile: stage.path('caddy.log'),
      cores: options.cores,
      environment: { HOME: stage.directory, GOMAXPROCS: String(options.workers ?? 1) },
    })
  },
}

function describe(stage: Stage, { port }: GatewayOptions): object {
  const { files, upstreamPort, options } = stage
  const headers = {
    Host: [`${ALIAS}:${upstreamPort}`],
    'X-Forwarded-For': ['{http.request.remote.host}'],
    'Cname-Api-Key': [API_KEY],
    'Client-Certificate': ['{http.request.tls.client.certificate_der_base64}'],
    'Client-Certificate-Ca-Verified': ['SUCCESS'],
  }
  const forward = {
    handler: 'reverse_proxy',
    upstreams: [{ dial: `127.0.0.1:${upstreamPort}` }],
    headers: { request: { set: headers } },
    transport: {
      protocol: 'http',
      versions: ['1.1'],
      tls: { server_name: ALIAS, root_ca_pem_files: [files.serverRoot] },
      keep_alive: { enabled: true, max_idle_conns_per_host: 64, idle_timeout: '60s' },
    },
  }
  const alias = {
    listen: [`127.0.0.1:${port}`],
    automatic_https: { disable: true },
    protocols: ['h1'],
    logs: { default_logger_name: 'access' },
    tls_connection_policies: [
      {
        client_authentication: {
          trusted_ca_certs: [derOf(files.clientRoot)],
          mode: 'verify_if_given',
        },
      },
    ],
    routes: [
      {
        match: [
          {
            path: ['/oauth/token'],
            not: [{ expression: '{http.request.tls.client.subject} == ""' }],
          },
        ],
        handle: [forward],
        terminal: true,
      },
      { handle: [{ handler: 'static_response', status_code: 404 }] },
    ],
  }
  return {
    admin: { disabled: true, config: { persist: false } },
    logging: {
      logs: {
        default: { level: 'ERROR', exclude: ['http.log.access'] },
        access: {
          level: 'INFO',
          include: ['http.log.access'],
          writer: { output: 'file', filename: stage.path('caddy-access.log') },
        },
      },
    },
    apps: {
      http: { servers: { alias } },
      tls: {
        certificates: {
          load_files: [{ certificate: files.serverChain, key: files.serverKey }],
        },
        session_tickets: { disabled: !options.tickets },
      },
    },
  }
}

/** Base64 of a certificate's DER: what is between the lines of its PEM. */
function derOf(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/-----[^-]+-----/g, '')
    .replace(/\s/g, '')
}
