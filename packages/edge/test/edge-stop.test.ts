import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { answerJson, openTlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { ALIAS, clients, request, servers, writeStageFiles } from './edge-stage.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

interface EdgeProcess {
  readonly child: ChildProcess
  readonly port: number
  readonly healthPort: number
}

async function startEdgeProcess(t: Test, file: string): Promise<EdgeProcess> {
  const child = spawn(process.execPath, [MAIN, 'start', '--config', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, port, healthPort } = JSON.parse(line)
    if (event === 'ready') {
      child.stdout.resume()
      return { child, port, healthPort }
    }
  }
  throw new Error('the edge ended before it was ready')
}

const open = (port: number): ReturnType<typeof openTlsConnection> =>
  openTlsConnection({
    port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate: clients.client(),
  })

const readyz = async (port: number): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`)
  return { status: response.status, body: await response.json() }
}

t.test('SIGTERM lets requests in flight end, takes no new ones, and ends with 0', async (t) => {
  const { file, upstream } = await writeStageFiles(t)
  const { child, port, healthPort } = await startEdgeProcess(t, file)
  t.match(await readyz(healthPort), { status: 200, body: { parts: { edge: { state: 'ready' } } } })
  let answer = (): void => {}
  upstream.answerWith(async (exchange) => {
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    await answerJson({ late: true })(exchange)
  })
  const busy = await open(port)
  const idle = await open(port)
  busy.write(request('POST /oauth/token', '', ALIAS, 'a=b'))
  await upstream.nextRequest()

  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await idle.waitForClose()
  t.match(await readyz(healthPort), {
    status: 503,
    body: { parts: { edge: { state: 'draining' } } },
  })
  const refused = connect({ host: '127.0.0.1', port })
  const [error] = await once(refused, 'error')
  t.match(error, { code: 'ECONNREFUSED' })

  answer()
  const response = await busy.nextResponse()
  t.match(response, { status: 200, text: '{"late":true}' })
  t.match(response.headers, { connection: 'close' })
  t.same(await exit, [0, null])
})

t.test('a request that never ends is cut off at shutdownTimeout', async (t) => {
  const { file, upstream } = await writeStageFiles(t)
  const { child, port } = await startEdgeProcess(t, file)
  upstream.answerWith(() => {})
  const busy = await open(port)
  busy.write(request('POST /oauth/token', '', ALIAS, 'a=b'))
  await upstream.nextRequest()
  const exit = once(child, 'exit')
  child.kill('SIGINT')
  await busy.waitForClose()
  t.same(await exit, [0, null], 'the stage configures two seconds')
})

t.test('a port that is taken is said, with exit 1', async (t) => {
  const { file } = await writeStageFiles(t)
  const { port } = await startEdgeProcess(t, file)
  const other = `${file}.second.yaml`
  const text = await readFile(file, 'utf8')
  await writeFile(other, text.replace('port: 0', `port: ${port}`))
  const child = spawn(process.execPath, [MAIN, 'start', '--config', other], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  child.stderr.on('data', (chunk) => {
    output += String(chunk)
  })
  t.same(await once(child, 'exit'), [1, null])
  t.match(output, /EADDRINUSE/)
})
