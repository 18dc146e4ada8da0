import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync } from 'fastify'
import { PAGE } from '../places.js'

/** What a browser asks for; beside it lie sources, which it does not. */
const SERVED = /\.(?:html|css|js|svg)$/

/** The page. Its files hold nothing that is anybody's secret: whoever sees them has yet to log in. */
export const pageFiles: FastifyPluginAsync = async (app) => {
  await app.register(fastifyStatic, {
    root: [PAGE.written, PAGE.built],
    prefix: '/page/',
    allowedPath: (path) => SERVED.test(path),
    cacheControl: false,
    decorateReply: true,
    index: false,
    dotfiles: 'deny',
  })
  app.get('/', (_request, reply) => reply.sendFile('index.html'))
}
