/*
 * Whoever reads the log stops reading. Requests go on, and each has a line: kept without bound, they would take all memory in the end, and
 * the edge with it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'

const LOGGER = new URL('../dist/service/log/logger.js', import.meta.url).href
const MIB = 1024 * 1024
/** Kept, of so much that is written. */
const KEPT = 64 * MIB
const WRITTEN = 96 * MIB

/** Writes that much in slices, as requests do, and one line more when it is told to. */
const PROGRAM = `
import { setImmediate } from 'node:timers/promises'
import { createLogger } from ${JSON.stringify(LOGGER)}
const log = createLogger('info')
const rest = 'x'.repeat(4_000)
for (let number = 0; number * rest.length < ${WRITTEN}; number += 1) {
  log.info({ number, rest }, 'line')
  if (number % 100 === 0) await setImmediate()
}
process.once('message', () => log.warn('last'))
process.send('written')
`

t.test(
  'of lines that nobody reads so many are kept, and it goes on when they are read again',
  async (t) => {
    const path = join(t.testdir(), 'log')
    execFileSync('mkfifo', [path])
    // A pipe: what spawn makes is a socket.
    const [reader, writer] = await Promise.all([open(path, 'r'), open(path, 'w')])
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
      stdio: ['ignore', writer.fd, 'inherit', 'ipc'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    await writer.close()
    t.same(await once(child, 'message'), ['written', undefined], 'it goes on')

    let kept = 0
    let lines = 0
    let before = -1
    for await (const line of createInterface(reader.createReadStream())) {
      const { message, number } = JSON.parse(line)
      if (message === 'last') break
      if (number <= before) t.fail(`line ${number} came after ${before}`)
      before = number
      lines += 1
      kept += line.length + 1
      // The pipe and the write under way are let go: there is room for one line more.
      if (lines === 1_000) child.send('go on')
    }
    t.ok(kept <= KEPT + MIB && kept > KEPT - MIB, `${kept} bytes were kept`)
  },
)
