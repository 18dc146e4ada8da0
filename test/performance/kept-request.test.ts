/*
 * What a request on a kept connection costs, in what can be counted and is the same on every machine: connections, writes, lines,
 * bytes allocated. Times are measured by the benchmark; a change that makes one of these grow will be seen there too.
 */
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import {
  type EdgeProcessStage,
  MAIN,
  startProcessStage,
} from '../../packages/edge/test/edge-process-stage.ts'
import { countRecords } from './record-counter.ts'
import { askForToken, connectClient } from './token-request.ts'

const PRELOAD = fileURLToPath(new URL('./heap-report.ts', import.meta.url))
/** Until the code on the way of a request has been compiled for good, which allocates too. */
const WARM_UP = 2_000
const REQUESTS = 500

/** Measured on Node 26: 40,000 to 49,000. A third more is let pass, since releases of Node differ. */
const MAX_ALLOCATED = 65_000

async function allocatedBy(stage: EdgeProcessStage): Promise<unknown> {
  stage.child.kill('SIGUSR2')
  const { allocated } = await stage.nextLine('heap')
  return allocated
}

async function startCounted(t: Test) {
  const program = ['--import', PRELOAD, MAIN, 'start', '--config']
  const stage = await startProcessStage(t, { program })
  const upstream = await countRecords(t, stage.upstream.port)
  await stage.configure((configuration) => ({
    ...configuration,
    domains: configuration.domains.map((domain) => ({
      ...domain,
      auth0: { ...domain.auth0, forwardingTarget: `https://localhost:${upstream.port}` },
    })),
  }))
  await stage.nextLine('configuration_loaded')
  const edge = await countRecords(t, stage.port)
  const connection = await connectClient(edge.port)
  const ask = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      await askForToken(connection)
      stage.upstream.forget()
    }
  }
  return { stage, upstream, edge, ask }
}

t.test('a kept request is one write each way, on one connection to the target', async (t) => {
  const { stage, upstream, edge, ask } = await startCounted(t)
  await ask(WARM_UP)
  const before = { answers: edge.toClient(), requests: upstream.toServer() }
  const allocatedBefore = await allocatedBy(stage)
  const { opened } = stage.upstream.connections
  await ask(REQUESTS)
  const allocated = await allocatedBy(stage)
  t.equal(edge.toClient() - before.answers, REQUESTS, 'head and body of an answer in one record')
  t.equal(upstream.toServer() - before.requests, REQUESTS, 'and those of a request')
  t.equal(stage.upstream.connections.opened, opened, 'no new connection to the target')
  if (typeof allocated !== 'number') return t.comment('this Node does not count allocations')
  const each = Math.round((allocated - Number(allocatedBefore)) / REQUESTS)
  t.comment(`${each} bytes allocated by a request`)
  t.ok(each < MAX_ALLOCATED, `${each} bytes allocated by a request`)
})

t.test(
  'an answer that says that it is small is one write, in however many parts it comes',
  async (t) => {
    const { stage, edge, ask } = await startCounted(t)
    stage.upstream.answerWith(async ({ request, response }) => {
      await request.ended
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 })
      response.write('x'.repeat(5_000))
      await new Promise((resolve) => setTimeout(resolve, 5))
      response.end('y'.repeat(5_000))
    })
    await ask(1)
    const before = edge.toClient()
    await ask(10)
    t.equal(edge.toClient() - before, 10)
  },
)
