/*
 * What a request and a connection leave behind for a full collection, which stops the process: nothing that young garbage is not
 * collected with. It takes one old object that points to the next request, for all that follow to be kept alive by the one before.
 */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import {
  type EdgeProcessStage,
  MAIN,
  startProcessStage,
} from '../../packages/edge/test/edge-process-stage.ts'
import { askForToken, connectClient } from './token-request.ts'

const PRELOAD = fileURLToPath(new URL('./survivor-report.ts', import.meta.url))
const PROGRAM = ['--expose-gc', '--import', PRELOAD, MAIN, 'start', '--config']
async function collect(stage: EdgeProcessStage) {
  stage.child.kill('SIGUSR2')
  const { survived, kept } = await stage.nextLine('survivors')
  return { survived: Number(survived), kept: Number(kept) }
}

/** So many at a time: what is on its way together is what keeps one another. */
const AT_A_TIME = 16

/**
 * Does something so many times, some at a time, and says how many bytes each of them leaves behind. Nobody waits for the others, and the
 * collection that makes what is on its way old comes in the middle: in pauses nothing is handed on from one to the next.
 */
async function leftByEach(stage: EdgeProcessStage, rounds: number, run: (at: number) => unknown) {
  const repeat = async (at: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      await run(at)
      stage.upstream.forget()
    }
  }
  const repeatAll = () => Promise.all(Array.from({ length: AT_A_TIME }, (_, at) => repeat(at)))
  await repeatAll()
  const all = repeatAll()
  const { kept } = await collect(stage)
  await all
  const { survived } = await collect(stage)
  return Math.round((survived - kept) / (rounds * AT_A_TIME))
}

t.test('of requests that are over hardly anything survives young', async (t) => {
  const stage = await startProcessStage(t, { program: PROGRAM })
  const connections = await Promise.all(
    Array.from({ length: AT_A_TIME }, () => connectClient(stage.port)),
  )
  const each = await leftByEach(stage, 150, async (at) => {
    const connection = connections[at]
    if (connection !== undefined) await askForToken(connection)
  })
  t.comment(`${each} bytes`)
  t.ok(each < 1_000, `${each} bytes of each request stay until a full collection`)
})

t.test('of connections that are closed hardly anything survives young', async (t) => {
  const stage = await startProcessStage(t, { program: PROGRAM })
  const each = await leftByEach(stage, 30, async () => {
    const connection = await connectClient(stage.port)
    await askForToken(connection)
    connection.destroy()
  })
  t.comment(`${each} bytes`)
  t.ok(each < 10_000, `${each} bytes of each connection stay until a full collection`)
})
