/** Plain Fastify with @fastify/reply-from, bodies passed through as streams. */
import { readFileSync } from 'node:fs'
import replyFrom from '@fastify/reply-from'
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
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
await app.register(replyFrom, {
  base: settings.upstream,
  undici: {
    connections: UPSTREAM_CONNECTIONS,
    connect: { ca: readFileSync(settings.files.serverRoot) },
  },
})
app.post(PATH, (request, reply) => {
  const ours = certificateHeaders(request.raw.socket, settings.apiKey)
  if (ours === null) {
    reply.code(401).send()
    return
  }
  reply.from(PATH, {
    rewriteRequestHeaders: (_request, headers) => ({ ...headers, ...ours }),
    rewriteHeaders: withoutConnection,
  })
})
await app.listen({ port: settings.port, host: '127.0.0.1' })
