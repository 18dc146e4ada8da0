import type { FastifyServerOptions } from 'fastify'

const refuse = (): never => {
  throw new TypeError('a schema needs a compiler of ours: none is set here')
}

/**
 * For an instance of Fastify that has no schemas, or compilers of ours for them: else Fastify loads its own, and ajv with
 * them, a tenth of a start. A schema that nobody would check fails when its route is made ready.
 */
export const ownCompilersOnly: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
}
