import { startProgram } from '../stage/pinned-process.ts'
import { ALIAS, API_KEY, type Stage } from '../stage/stage.ts'
import type { Gateway, GatewayOptions } from './gateway.ts'

/** nginx, as a careful operator sets it up: our headers set, others' emptied, the upstream verified and kept. */
export const nginx: Gateway = {
  name: 'nginx',
  start(stage, options) {
    const config = stage.write('nginx.conf', describe(stage, options))
    return startProgram({
      command: 'nginx',
      args: ['-c', config, '-e', 'stderr'],
      port: options.port,
      logFile: stage.path('nginx.log'),
      cores: options.cores,
    })
  },
}

function describe(stage: Stage, { port, workers = 1 }: GatewayOptions): string {
  const { files, upstreamPort, options } = stage
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${stage.path(`nginx-${name}`)};`)
    .join('\n')
  return `daemon off; user root; worker_processes ${workers}; pid ${stage.path('nginx.pid')}; error_log stderr error;
worker_rlimit_nofile 20000;
events { worker_connections 15000; }
http {
${temporary}
  access_log ${stage.path('nginx-access.log')};
  keepalive_requests 10000;
  keepalive_timeout 600s;
  client_max_body_size 1m;
  client_body_buffer_size 1m;
  upstream auth0 { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 100000000; keepalive_timeout 60s; }
  server {
    listen 127.0.0.1:${port} ssl backlog=4096${workers > 1 ? ' reuseport' : ''};
    server_name ${ALIAS};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate ${files.serverChain};
    ssl_certificate_key ${files.serverKey};
    ssl_client_certificate ${files.clientRoot};
    ssl_verify_client optional;
    ssl_verify_depth 2;
    ssl_session_cache ${options.tickets ? 'shared:sessions:10m' : 'off'};
    ssl_session_tickets ${options.tickets ? 'on' : 'off'};
    location / { return 404; }
    location = /oauth/token {
      if ($ssl_client_verify != SUCCESS) { return 401; }
      proxy_pass https://auth0;
      proxy_http_version 1.1;
      proxy_ssl_name ${ALIAS};
      proxy_ssl_server_name on;
      proxy_ssl_verify on;
      proxy_ssl_verify_depth 2;
      proxy_ssl_protocols TLSv1.2 TLSv1.3;
      proxy_ssl_trusted_certificate ${files.serverRoot};
      proxy_set_header Host ${ALIAS}:${upstreamPort};
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header cname-api-key ${API_KEY};
      proxy_set_header client-certificate $ssl_client_escaped_cert;
      proxy_set_header client-certificate-ca-verified $ssl_client_verify;
    }
  }
}
`
}
