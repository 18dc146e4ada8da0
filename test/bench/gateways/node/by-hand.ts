/** A gateway by hand: `node:https` and undici. Streams, or small bodies gathered and written at once. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { Pool } from 'undici'
import {
  certificateHeaders,
  PATH,
  readSettings,
  tlsOptions,
  UPSTREAM_CONNECTIONS,
} from './settings.ts'

const settings = readSettings()
const pool = new Pool(settings.upstream, {
  connections: UPSTREAM_CONNECTIONS,
  connect: { ca: readFileSync(settings.files.serverRoot) },
})
const dropped = ['connection', 'keep-alive', 'transfer-encoding']

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const ours = certificateHeaders(request.socket, settings.apiKey)
  if (request.url !== PATH || ours === null) {
    response.writeHead(request.url === PATH ? 401 : 404).end()
    return
  }
  const headers = { ...request.headers, ...ours }
  for (const name of [...dropped, 'host']) delete headers[name]
  const body = settings.variant === 'buffered' ? await gather(request) : request
  const answer = await pool.request({ path: PATH, method: 'POST', headers, body })
  for (const name of dropped) delete answer.headers[name]
  if (settings.variant === 'buffered') {
    const content = Buffer.from(await answer.body.arrayBuffer())
    response.writeHead(answer.statusCode, answer.headers).end(content)
    return
  }
  response.writeHead(answer.statusCode, answer.headers)
  answer.body.pipe(response)
}

async function gather(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  await new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', resolve)
    request.on('error', reject)
  })
  return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)
}

createServer(tlsOptions(settings), (request, response) => {
  forward(request, response).catch(() => response.destroy())
}).listen(settings.port, '127.0.0.1')
