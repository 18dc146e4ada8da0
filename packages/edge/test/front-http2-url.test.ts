import { openHttp2Connection } from '@mtls-edge/testkit'
import t from 'tap'
import { createAuthorities, MTLS_DOMAIN, startStage } from './front-stage.ts'

const authorities = createAuthorities()

t.test('a URL over the limit gets 414', async (t) => {
  const stage = await startStage({
    authorities,
    host: { http2: true, limits: { maxUrlBytes: 100 } },
  })
  t.teardown(() => stage.close())
  const connection = await openHttp2Connection({ port: stage.port, servername: MTLS_DOMAIN })
  t.teardown(() => connection.destroy())
  t.match(await connection.ask({ ':path': `/${'a'.repeat(99)}` }), { status: 200 })
  t.match(await connection.ask({ ':path': `/${'a'.repeat(100)}` }), { status: 414 })
})
