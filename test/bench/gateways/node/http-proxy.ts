/** http-proxy on `node:https`, with an agent that keeps connections. */
import { readFileSync } from 'node:fs'
import { Agent, createServer } from 'node:https'
import httpProxy from 'http-proxy'
import {
  certificateHeaders,
  PATH,
  readSettings,
  tlsOptions,
  UPSTREAM_CONNECTIONS,
} from './settings.ts'

const settings = readSettings()
const agent = new Agent({
  keepAlive: true,
  maxSockets: UPSTREAM_CONNECTIONS,
  ca: readFileSync(settings.files.serverRoot),
})
const proxy = httpProxy.createProxyServer({
  target: settings.upstream,
  agent,
  secure: true,
  changeOrigin: true,
})
proxy.on('proxyReq', (outgoing, request) => {
  const ours = certificateHeaders(request.socket, settings.apiKey) ?? {}
  for (const [name, value] of Object.entries(ours)) outgoing.setHeader(name, value)
})

createServer(tlsOptions(settings), (request, response) => {
  if (request.url !== PATH || certificateHeaders(request.socket, settings.apiKey) === null) {
    response.writeHead(request.url === PATH ? 401 : 404).end()
    return
  }
  proxy.web(request, response, {}, () => response.destroy())
}).listen(settings.port, '127.0.0.1')
