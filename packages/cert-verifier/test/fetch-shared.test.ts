import t from 'tap'
import { openSharedSource } from '../dist/revocation/shared-source.js'
import {
  clientOf,
  fetching,
  list,
  PASSES,
  questionOf,
  REVOKED,
  root,
  UNKNOWN,
} from './crl-stage.ts'
import { startRevocationServer } from './revocation-server.ts'
import { startVerifierService } from './verifier-service.ts'

/** By the clock that all services have in earnest. */
const shared = () => ({ ...fetching(), clock: Date.now })

t.test(
  'domains that may fetch the same ask an address once, and go on when one ends',
  async (t) => {
    const server = await startRevocationServer(t)
    const [client, revoked] = [
      clientOf(`${server.origin}/root.crl`),
      clientOf(`${server.origin}/root.crl`),
    ]
    server.answers['/root.crl'] = list([revoked])
    const first = await startVerifierService(t, [root], shared())
    const second = await startVerifierService(t, [root], {
      ...shared(),
      domain: 'second.example.com',
    })
    const answers = await Promise.all(
      [first, second, first, second].map((service) => service.ask(client)),
    )
    for (const answer of answers) t.match(answer, PASSES)
    t.match(await second.ask(revoked), REVOKED)
    t.same(server.asked, ['/root.crl'], 'one fetch for all')
    await first.app.close()
    t.match(await second.ask(revoked), REVOKED)
    t.match(await second.ask(client), PASSES)
    t.same(server.asked, ['/root.crl'])
  },
)

t.test('what a domain may not fetch it does not get by way of another one', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/root.crl`)
  server.answers['/root.crl'] = list()
  const allowed = await startVerifierService(t, [root], shared())
  const strict = await startVerifierService(t, [root], {
    ...fetching('require', { fetchAllowHosts: [] }),
    clock: Date.now,
  })
  t.match(await allowed.ask(client), PASSES)
  t.match(await strict.ask(client), UNKNOWN)
  // What was fetched by other rules counts no longer.
  allowed.app.certVerifier.replaceOptions(fetching('require', { fetchAllowHosts: [] }))
  t.match(await allowed.ask(client), UNKNOWN)
})

t.test('who closes twice closes nobody else', async (t) => {
  const server = await startRevocationServer(t)
  const rules = { fetch: ['crl'], allowHosts: ['127.0.0.1'], clock: () => Date.now() } as const
  const [first, second] = [openSharedSource(rules), openSharedSource(rules)]
  first.close()
  first.close()
  server.answers['/root.crl'] = list()
  await second.fetchMissing(questionOf(clientOf(`${server.origin}/root.crl`)), true)
  t.equal(second.crls().length, 1)
  second.close()
  t.equal(second.crls().length, 0)
})
