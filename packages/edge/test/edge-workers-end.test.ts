import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { MAIN, startProcessStage, waitUntilRefused } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers, writeStageFiles } from './edge-stage.ts'

const start = (t: Test) => startProcessStage(t, { workers: 2 })

const connect = (port: number): Promise<TlsConnection> =>
  openTlsConnection({
    port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate: clients.client(),
  })

t.test('a second signal, from one second after the first, ends everything at once', async (t) => {
  const stage = await start(t)
  stage.upstream.answerWith(() => {})
  const connection = await connect(stage.port)
  connection.write(request('POST /oauth/token'))
  await stage.upstream.nextRequest()
  const exit = once(stage.child, 'exit')
  stage.child.kill('SIGINT')
  await stage.nextLine('stopping')
  await new Promise((resolve) => setTimeout(resolve, 1100))
  stage.child.kill('SIGINT')
  t.same(await exit, [1, null])
  await connection.waitForClose()
  await waitUntilRefused(stage.port)
})

t.test('workers end with their primary', async (t) => {
  const stage = await start(t)
  const connection = await connect(stage.port)
  stage.child.kill('SIGKILL')
  await connection.waitForClose()
  await waitUntilRefused(stage.port)
})

t.test('a port that another edge has is refused, though ports can be shared', async (t) => {
  const { port } = await start(t)
  const { code, output } = await runToEnd(t, (text) => text.replace('port: 0', `port: ${port}`))
  t.equal(code, 1)
  t.match(output, /the edge can't start: .*EADDRINUSE/)
})

t.test('workers that can not start are said, with exit 1', async (t) => {
  const { code, output } = await runToEnd(
    t,
    (text) => `${text}registry: sqlite:no/such/folder.db\n`,
  )
  t.equal(code, 1)
  t.match(output, /the edge can't start: /)
})

/** Runs an edge of two workers that can't start. */
async function runToEnd(
  t: Test,
  change: (text: string) => string,
): Promise<{ readonly code: unknown; readonly output: string }> {
  const { file } = await writeStageFiles(t)
  const text = await readFile(file, 'utf8')
  await writeFile(file, change(text.replace('workers: 1', 'workers: 2')))
  const child = spawn(process.execPath, [MAIN, 'start', '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  child.stderr.on('data', (chunk) => {
    output += String(chunk)
  })
  const [code] = await once(child, 'close')
  return { code, output }
}
