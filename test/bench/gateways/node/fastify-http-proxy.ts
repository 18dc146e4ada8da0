/** Fastify with @fastify/http-proxy. */
import { readFileSync } from 'node:fs'
import httpProxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import {
  certificateHeaders,
  PATH,
  readSettings,
  tlsOptions,
  UPSTREAM_CONNECTIONS,
  withoutConnection,
} from './settings.ts'

const settings = readSettings()
const app = Fastify({ https: tlsOptions(settings), logger: false })
await app.register(httpProxy, {
  upstream: settings.upstream,
  prefix: PATH,
  rewritePrefix: PATH,
  undici: {
    connections: UPSTREAM_CONNECTIONS,
    connect: { ca: readFileSync(settings.files.serverRoot) },
  },
  preHandler: (request, reply, done) => {
    if (certificateHeaders(request.raw.socket, settings.apiKey) === null) reply.code(401).send()
    else done()
  },
  replyOptions: {
    rewriteHeaders: withoutConnection,
    rewriteRequestHeaders: (request, headers) => ({
      ...headers,
      ...certificateHeaders(request.raw.socket, settings.apiKey),
    }),
  },
})
await app.listen({ port: settings.port, host: '127.0.0.1' })
