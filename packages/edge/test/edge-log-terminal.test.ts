import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'

const LOGGER = new URL('../dist/service/log/logger.js', import.meta.url).href

/** More than a terminal takes that nobody looks at. */
const PROGRAM = `
import { createLogger } from ${JSON.stringify(LOGGER)}
const log = createLogger('info')
for (let i = 0; i < 100; i++) log.info('x'.repeat(4_000))
log.flush(() => process.exit(7))
`

/** Makes a terminal for a command, and writes what is printed there. */
const isMissing = spawnSync('script', ['--version']).error !== undefined

/**
 * Writes to a terminal wait where nobody takes what is printed (Ctrl-S, or whoever shows it stalls), and Node waits for them at its end: a
 * process that is killed has ended, if without its code.
 */
t.test(
  'a terminal that takes nothing does not keep a process from ending',
  { skip: isMissing, timeout: 30_000 },
  async (t) => {
    const directory = t.testdir()
    const path = join(directory, 'screen')
    execFileSync('mkfifo', [path])
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const screen = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
    t.teardown(() => {
      closeSync(reader)
      closeSync(screen)
    })
    try {
      for (;;) writeSync(screen, Buffer.alloc(4_096))
    } catch {}
    const command = 'exec 2>/dev/null; "$NODE" --input-type=module -e "$PROGRAM"; echo $? > code'
    const terminal = spawn('script', ['-qc', command, '/dev/null'], {
      cwd: directory,
      env: { ...process.env, NODE: process.execPath, PROGRAM, SHELL: '/bin/sh' },
      stdio: ['ignore', screen, 'ignore'],
    })
    t.teardown(() => terminal.kill('SIGKILL'))
    let code = ''
    while (!code.endsWith('\n')) {
      await pause(50)
      try {
        code = readFileSync(join(directory, 'code'), 'utf8')
      } catch {}
    }
    t.equal(code.trim(), String(128 + 9))
  },
)
