import Fastify from 'fastify'
import t from 'tap'
import { ownCompilersOnly } from '../dist/schema-compilers.js'

const ROUTES = {
  body: { body: { type: 'object' } },
  response: { response: { 200: { type: 'object' } } },
}

for (const [part, schema] of Object.entries(ROUTES)) {
  t.test(`a schema of a ${part} that nobody would check does not get ready`, async (t) => {
    const app = Fastify({ schemaController: ownCompilersOnly })
    app.post('/', { schema }, async () => ({}))
    await t.rejects(async () => await app.ready(), /needs a compiler of ours/)
  })
}

t.test('compilers of ours compile', async (t) => {
  const app = Fastify({ schemaController: ownCompilersOnly })
  app.setValidatorCompiler(() => (value) => ({ value }))
  app.setSerializerCompiler(() => () => '"ours"')
  app.post('/', { schema: { ...ROUTES.body, ...ROUTES.response } }, async () => ({}))
  const { body } = await app.inject({ method: 'POST', url: '/', payload: {} })
  t.equal(body, '"ours"')
})
