import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'

/** Plain files, served as they are: they are published beside the program, and need no build. */
const PAGE = fileURLToPath(new URL('../../src/admin/page/', import.meta.url))

/** The page. Its files hold nothing that is anybody's secret: whoever sees them has yet to log in. */
export const pageFiles: FastifyPluginAsync = async (app) => {
  await app.register(fastifyStatic, {
    root: PAGE,
    prefix: '/page/',
    cacheControl: false,
    decorateReply: true,
    index: false,
    dotfiles: 'deny',
  })
  app.get('/', (_request, reply) => reply.sendFile('index.html'))
}
