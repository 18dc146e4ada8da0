/*
 * What OpenSSL holds for a client's certificates is some kilobytes a connection, of which V8 knows nothing: were it to stay until a full
 * collection, which V8 begins by what it knows of, a process with many new connections would grow by all of them.
 */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { MAIN, startProcessStage } from '../../packages/edge/test/edge-process-stage.ts'
import { askForToken, connectClient } from './token-request.ts'

const PRELOAD = fileURLToPath(new URL('./certificate-report.ts', import.meta.url))

t.test('certificates go with their connections', async (t) => {
  const program = ['--expose-gc', '--import', PRELOAD, MAIN, 'start', '--config']
  const stage = await startProcessStage(t, { program })
  for (let count = 0; count < 40; count += 1) {
    const connection = await connectClient(stage.port)
    await askForToken(connection)
    connection.destroy()
  }
  const kept = await connectClient(stage.port)
  await askForToken(kept)
  stage.child.kill('SIGUSR2')
  const { left } = await stage.nextLine('certificates')
  t.ok(Number(left) >= 1, 'the open one is counted')
  t.ok(Number(left) < 10, `${left} of 41 are left`)
  kept.destroy()
})
