import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import t from 'tap'

const LOGGER = new URL('../dist/service/log/logger.js', import.meta.url).href

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

const ENDING = `
import { createLogger } from ${JSON.stringify(LOGGER)}
const log = createLogger('info')
log.info('first')
setTimeout(() => log.warn('second'), 100)
setTimeout(() => process.exit(7), 200)
`

/** The failed write ended the process, and its end then waited for room: it neither served nor was it started anew. */
t.test(
  'a full disk neither ends the process nor holds its end up',
  { timeout: 30_000 },
  async (t) => {
    // A device that never has room.
    const full = openSync('/dev/full', 'w')
    t.teardown(() => closeSync(full))
    const child = spawn(process.execPath, ['--input-type=module', '-e', ENDING], {
      stdio: ['ignore', full, 'inherit'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    t.same(await once(child, 'exit'), [7, null])
  },
)
