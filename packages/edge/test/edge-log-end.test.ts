/*
 * Whoever reads the log stalls or goes away. What the edge does not get rid of must not keep it from ending: a service that can't be
 * stopped, or a worker that has failed, takes no connections and is never replaced.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { MAIN } from './edge-process-stage.ts'
import { writeStageFiles } from './edge-stage.ts'

/** Each error of a test that nobody catches; two come in one go. */
const FAILING = `data:text/javascript,${encodeURIComponent(`
process.on('SIGUSR2', () => {
  for (const error of ['first', 'second']) setImmediate(() => { throw new Error(error) })
})`)}`

/** More than an end takes on a busy machine, in milliseconds. */
const PATIENCE = { timeout: 30_000 }

interface PipedEdge {
  readonly child: ChildProcess
  readonly exit: Promise<unknown>
  readonly ready: Readonly<Record<string, unknown>>
  /** Until there is no room left in the pipe. */
  fill(): void
  /** All that is in the pipe. */
  read(): string
  closeReader(): void
  openReader(): void
  /** Has a line logged. */
  visit(): Promise<void>
}

/** An edge that logs into a pipe. */
async function startPiped(t: Test, workers: number): Promise<PipedEdge> {
  const { file } = await writeStageFiles(t, undefined, { settings: { workers } })
  const path = join(t.testdir(), 'log')
  execFileSync('mkfifo', [path])
  const open: number[] = []
  const openEnd = (flags: number): number => {
    const end = openSync(path, flags)
    open.push(end)
    return end
  }
  let reader = openEnd(constants.O_RDONLY | constants.O_NONBLOCK)
  const filler = openEnd(constants.O_WRONLY | constants.O_NONBLOCK)
  const output = openEnd(constants.O_WRONLY)
  const child = spawn(process.execPath, ['--import', FAILING, MAIN, 'start', '--config', file], {
    stdio: ['ignore', output, 'ignore'],
  })
  t.teardown(() => {
    child.kill('SIGKILL')
    for (const end of open) closeSync(end)
  })
  const read = (): string => {
    const chunk = Buffer.alloc(65_536)
    let text = ''
    try {
      for (;;) text += chunk.toString('utf8', 0, readSync(reader, chunk))
    } catch {
      return text
    }
  }
  let text = ''
  while (!/"event":"ready".*\n/.test(text)) {
    if (child.exitCode !== null) throw new Error('the edge ended before it was ready')
    await pause(10)
    text += read()
  }
  const line = text.split('\n').find((one) => one.includes('"event":"ready"')) ?? ''
  const ready: PipedEdge['ready'] = JSON.parse(line)
  return {
    child,
    exit: once(child, 'exit'),
    ready,
    read,
    fill() {
      for (const size of [4_096, 1]) {
        try {
          for (;;) writeSync(filler, Buffer.alloc(size, '\n'))
        } catch {}
      }
    },
    closeReader() {
      closeSync(reader)
      open.splice(open.indexOf(reader), 1)
    },
    openReader() {
      reader = openEnd(constants.O_RDONLY | constants.O_NONBLOCK)
    },
    async visit() {
      const socket = connect({ host: '127.0.0.1', port: Number(ready.port) })
      socket.on('error', () => {})
      socket.end('no TLS')
      socket.resume()
      await once(socket, 'close')
      // The line waits for others for a moment, and is then tried.
      await pause(100)
    },
  }
}

const ends = [
  { how: 'stops with 0 though nobody reads its log', log: 'full', signal: 'SIGTERM', code: 0 },
  { how: 'ends by errors with 1 though nobody does', log: 'full', signal: 'SIGUSR2', code: 1 },
  {
    how: 'ends by errors with 1 though its reader has gone',
    log: 'gone',
    signal: 'SIGUSR2',
    code: 1,
  },
] as const

for (const workers of [1, 2]) {
  for (const { how, log, signal, code } of ends) {
    t.test(`it ${how}, workers: ${workers}`, PATIENCE, async (t) => {
      const edge = await startPiped(t, workers)
      if (log === 'gone') edge.closeReader()
      else {
        edge.fill()
        await edge.visit()
      }
      edge.child.kill(signal)
      t.same(await edge.exit, [code, null])
    })
  }
}

t.test('a worker that fails is replaced though nobody reads the log', PATIENCE, async (t) => {
  const edge = await startPiped(t, 2)
  const workersOf = (): string[] =>
    execFileSync('pgrep', ['-P', String(edge.child.pid)], { encoding: 'utf8' }).split('\n')
  const [failing = ''] = workersOf()
  edge.fill()
  await edge.visit()
  process.kill(Number(failing), 'SIGUSR2')
  while (workersOf().includes(failing)) await pause(50)
  const { healthPort } = edge.ready
  const numberReady = async () => {
    const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`)
    const { parts } = JSON.parse(await answer.text())
    return parts.workers.ready
  }
  while ((await numberReady()) !== 2) await pause(50)
  edge.child.kill('SIGTERM')
  t.same(await edge.exit, [0, null])
})

t.test('lines come again with a reader', PATIENCE, async (t) => {
  const edge = await startPiped(t, 1)
  edge.closeReader()
  await edge.visit()
  edge.openReader()
  let text = ''
  while (!text.includes('handshake_refused')) {
    await edge.visit()
    text += edge.read()
  }
  for (const line of text.trimEnd().split('\n')) t.type(JSON.parse(line), Object, 'a whole line')
})
