import { CORES, type RunningProgram, startProgram } from './pinned-process.ts'
import type { StageFiles } from './stage.ts'

interface UpstreamOptions {
  readonly port: number
  readonly files: StageFiles
  readonly write: (name: string, content: string) => string
  /** Length of the answer. */
  readonly bytes: number
  /** Whether it reads the body of a request to its end before it answers. */
  readonly readsBodies: boolean
}

/** Starts nginx over TLS in the place of Auth0: it answers every request with a token at once. */
export function startUpstream(options: UpstreamOptions): Promise<RunningProgram> {
  const { port, files, write, bytes, readsBodies } = options
  const answer = write('answer.json', describeToken(bytes))
  const config = write(
    'upstream.conf',
    `daemon off; master_process off; pid ${answer}.pid; error_log stderr error;
worker_rlimit_nofile 20000;
events { worker_connections 15000; }
http {
  access_log off;
  keepalive_requests 100000000;
  keepalive_timeout 600s;
  ssl_session_cache off;
  ssl_session_tickets off;
  ssl_protocols TLSv1.2 TLSv1.3;
  client_max_body_size 2m;
  client_body_buffer_size 2m;
  sendfile off;
  open_file_cache max=4;
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;
    ssl_certificate ${files.serverChain};
    ssl_certificate_key ${files.serverKey};
    default_type application/json;
    error_page 405 =200 $uri;
    # Exactly this path: a file in the place of a folder would get the rest of the path at its end.
    location = /oauth/token {
      ${bytes <= 4096 && !readsBodies ? `return 200 '${describeToken(bytes)}';` : `alias ${answer};`}
      ${readsBodies ? 'mirror /none;' : ''}
      add_header cache-control no-store;
    }
    # To mirror a request, nginx reads its body first.
    location = /none { internal; return 204; }
  }
}
`,
  )
  return startProgram({
    command: 'nginx',
    args: ['-c', config, '-e', 'stderr'],
    port,
    logFile: `${answer}.log`,
    cores: String(CORES.rest),
  })
}

/** A token answer of exactly this many bytes. */
function describeToken(bytes: number): string {
  const describe = (token: string): string =>
    JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 86_400 })
  return describe('x'.repeat(bytes - describe('').length))
}
