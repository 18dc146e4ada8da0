import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'

/** Documents, style sheets and pictures as they are written, and programs as they were built: both are in the package. */
const WRITTEN = fileURLToPath(new URL('../../src/admin/page/', import.meta.url))
const BUILT = fileURLToPath(new URL('page/', import.meta.url))

/** What a browser asks for; beside it lie sources, which it does not. */
const SERVED = /\.(?:html|css|js|svg)$/

/** The page. Its files hold nothing that is anybody's secret: whoever sees them has yet to log in. */
export const pageFiles: FastifyPluginAsync = async (app) => {
  await app.register(fastifyStatic, {
    root: [WRITTEN, BUILT],
    prefix: '/page/',
    allowedPath: (path) => SERVED.test(path),
    cacheControl: false,
    decorateReply: true,
    index: false,
    dotfiles: 'deny',
  })
  app.get('/', (_request, reply) => reply.sendFile('index.html'))
}
