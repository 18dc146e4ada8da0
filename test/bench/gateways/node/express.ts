/** Express with http-proxy-middleware, with an agent that keeps connections. */
import { readFileSync } from 'node:fs'
import { Agent, createServer } from 'node:https'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
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
const app = express()
app.use(PATH, (request, response, next) => {
  if (certificateHeaders(request.socket, settings.apiKey) === null) response.status(401).end()
  else next()
})
app.use(
  createProxyMiddleware({
    target: settings.upstream,
    pathFilter: PATH,
    agent,
    secure: true,
    changeOrigin: true,
    on: {
      proxyReq: (outgoing, request) => {
        const ours = certificateHeaders(request.socket, settings.apiKey) ?? {}
        for (const [name, value] of Object.entries(ours)) outgoing.setHeader(name, value)
      },
    },
  }),
)
createServer(tlsOptions(settings), app).listen(settings.port, '127.0.0.1')
