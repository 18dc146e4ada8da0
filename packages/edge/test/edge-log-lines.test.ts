import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import t from 'tap'

const LOGGER = new URL('../dist/service/logger.js', import.meta.url).href

/** Lines, a burst of them in one turn, in a process that goes on without any more. */
const PROGRAM = `
import { createLogger } from ${JSON.stringify(LOGGER)}
const log = createLogger('info')
const burst = (name) => {
  log.info(name)
  for (let i = 0; i < 5; i++) log.warn(name + ' ' + i)
}
burst('first')
setTimeout(() => burst('second'), 50)
setInterval(() => {}, 1_000_000)
`

const BURST = ['', ' 0', ' 1', ' 2', ' 3', ' 4']

/** A warning that came while another one was being written was kept back until the next line, which on a quiet night comes never. */
t.test('every line is written, though none comes after it', { timeout: 60_000 }, async (t) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const messages: string[] = []
  for await (const line of createInterface(child.stdout)) {
    messages.push(JSON.parse(line).message)
    if (messages.length === 2 * BURST.length) break
  }
  t.same(
    messages,
    ['first', 'second'].flatMap((name) => BURST.map((rest) => name + rest)),
  )
})
