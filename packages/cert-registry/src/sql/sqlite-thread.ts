import { parentPort, workerData } from 'node:worker_threads'
import { codesOf } from './error-codes.js'
import { SqliteConnection } from './sqlite-connection.js'
import type { ThreadAnswer, ThreadData, ThreadRequest } from './threaded-connection.js'

/** The thread behind a `ThreadedConnection`: it does what it is asked one after the other, and answers in the same order. */
async function serve({ file, mode }: ThreadData): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('this is no program, but a thread of one')
  const answer = async (work: () => Promise<unknown>): Promise<void> => {
    let reply: ThreadAnswer
    try {
      reply = { result: await work() }
    } catch (error) {
      reply = { error, codes: codesOf(error) }
    }
    port.postMessage(reply)
  }
  const opening = SqliteConnection.open(file, mode)
  let last = answer(async () => void (await opening))
  const work = async (request: ThreadRequest): Promise<unknown> => {
    const connection = await opening
    if (request.kind === 'query') return await connection.query(request.sql, request.parameters)
    if (request.kind === 'isCurrent') return await connection.isCurrent()
    connection.close()
    // Nothing else keeps the thread.
    port.close()
    return null
  }
  port.on('message', (request: ThreadRequest) => {
    last = last.then(() => answer(() => work(request)))
  })
}

await serve(workerData)
