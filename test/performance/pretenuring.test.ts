/*
 * V8 makes some objects old from the start, and an old one that is dead keeps its whole request: the edge turns that off. It is a flag of
 * the process, and each worker is one of its own.
 */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { MAIN, startProcessStage } from '../../packages/edge/test/edge-process-stage.ts'
import { askForToken, connectClient } from './token-request.ts'

const PRELOAD = fileURLToPath(new URL('./pretenuring-report.ts', import.meta.url))
const PROGRAM = [
  // Many collections of young garbage.
  ...['--max-semi-space-size=1', '--import', PRELOAD],
  ...[MAIN, 'start', '--config'],
]
/** V8's own words, behind the process's id. */
const LOOKED = /^\[(\d+):[^\]]*\] pretenuring:/gm

const WORKERS = 2
/** On connections enough that each worker has some. */
const CONNECTIONS = 12
const REQUESTS = 500

/** In which workers of two V8 looks for such places, under load. */
async function findPretenuring(t: Test): Promise<readonly number[]> {
  const stage = await startProcessStage(t, { workers: WORKERS, program: PROGRAM })
  const pids: number[] = []
  for (let worker = 0; worker < WORKERS; worker += 1) {
    const pid = Number((await stage.nextLine('worker_ready')).pid)
    process.kill(pid, 'SIGUSR2')
    await stage.nextLine('tracing')
    pids.push(pid)
  }
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const connection = await connectClient(stage.port)
      for (let request = 0; request < REQUESTS; request += 1) await askForToken(connection)
      connection.destroy()
    }),
  )
  // V8 keeps back what it prints, until the end.
  const closed = once(stage.child, 'close')
  stage.child.kill('SIGTERM')
  await closed
  const printed = [...stage.output().matchAll(LOOKED)].map(([, pid]) => Number(pid))
  return pids.filter((pid) => printed.includes(pid))
}

t.test('no worker lets V8 make objects old from the start', async (t) => {
  t.same(await findPretenuring(t), [])
})

t.test('which is seen: where V8 is told to do so again, it says so', async (t) => {
  t.intercept(process, 'env', { value: { ...process.env, PRETENURE: 'on' } })
  const found = await findPretenuring(t)
  t.comment(`in ${found.length} of ${WORKERS} workers`)
  t.ok(found.length > 0)
})
