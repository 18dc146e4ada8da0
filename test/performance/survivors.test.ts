/*
 * What a request and a connection leave behind for a full collection, which stops the process: nothing that young garbage is not
 * collected with. It takes one old object that points to the next request, for all that follow to be kept alive by the one before.
 */
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import {
  type EdgeProcessStage,
  MAIN,
  startProcessStage,
} from '../../packages/edge/test/edge-process-stage.ts'
import { askForToken, connectClient } from './token-request.ts'

const PRELOAD = fileURLToPath(new URL('./survivor-report.ts', import.meta.url))
/** With so little room for the young, much of what is on its way survives: V8 may take places in the code for such as make old objects. */
const CROWDED = '--max-semi-space-size=1'
const startWith = (...flags: string[]) => [
  ...['--expose-gc', '--import', PRELOAD, ...flags],
  ...[MAIN, 'start', '--config'],
]

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

async function leftByEachRequest(t: Test, flags: readonly string[]): Promise<number> {
  const stage = await startProcessStage(t, { program: startWith(...flags) })
  const connections = await Promise.all(
    Array.from({ length: AT_A_TIME }, () => connectClient(stage.port)),
  )
  return leftByEach(stage, 150, async (at) => {
    const connection = connections[at]
    if (connection !== undefined) await askForToken(connection)
  })
}

t.test('of requests that are over hardly anything survives young', async (t) => {
  const each = await leftByEachRequest(t, [])
  t.ok(each < 1_000, `${each} bytes of each request stay until a full collection`)
})

t.test('nor where the young have little room, in any of three processes', async (t) => {
  // What V8 takes for such a place differs from process to process: left to itself, it befalls two of three.
  for (let process = 1; process <= 3; process += 1) {
    const each = await leftByEachRequest(t, [CROWDED])
    t.ok(each < 1_000, `${each} bytes of each request stay until a full collection`)
  }
})

t.test('of connections that are closed hardly anything survives young', async (t) => {
  const stage = await startProcessStage(t, { program: startWith() })
  const each = await leftByEach(stage, 30, async () => {
    const connection = await connectClient(stage.port)
    await askForToken(connection)
    connection.destroy()
  })
  t.ok(each < 10_000, `${each} bytes of each connection stay until a full collection`)
})
