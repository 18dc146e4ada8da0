// Everything that must hold before a change lands: lint, types, all tests, packaging. What it runs prints as it goes;
// the first step that fails ends the run.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const TAP_OUTPUT = 'tests.tap'
const packages = readdirSync(join(root, 'packages')).filter(isPublished)

run('Lint', 'biome', ['check', '--error-on-warnings', '.'])
run('Clean build', 'tsc', ['-b', '--force'])
run('Schema of the configuration', process.execPath, ['packages/edge/scripts/compile-schema.mjs'])
run('Program', process.execPath, ['packages/edge/scripts/build-program.mjs'])
run('Types of tests and examples', 'tsc', ['-p', 'tsconfig.test.json'])
run('Tests', 'tap', [`--output-file=${TAP_OUTPUT}`, ...process.argv.slice(2)], printFailures)
for (const name of packages) {
  run(`Packaging of ${name}: publint`, 'publint', ['--strict', '--pack', 'npm', `packages/${name}`])
  run(`Packaging of ${name}: types`, 'attw', [
    '--pack',
    `packages/${name}`,
    '--profile',
    'esm-only',
    '--quiet',
  ])
}

function isPublished(name) {
  return (
    JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')).private !== true
  )
}

/** The reporter's own list is made for a terminal: this one is what failed, wherever it is read. */
function printFailures() {
  const lines = readFileSync(join(root, TAP_OUTPUT), 'utf8').split('\n')
  for (const [index, line] of lines.entries())
    if (/^ *not ok /.test(line)) console.error(lines.slice(index, index + 12).join('\n'))
}

function run(title, tool, args, explain = () => {}) {
  const started = Date.now()
  console.log(`\n== ${title}`)
  const { status, signal } = spawnSync(resolve(root, 'node_modules', '.bin', tool), args, {
    cwd: root,
    stdio: 'inherit',
  })
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  if (status !== 0) explain()
  if (status === 0) return console.log(`== ${title}: ok (${seconds} s)`)
  console.error(`== ${title}: FAILED after ${seconds} s (${signal ?? `exit ${status}`})`)
  process.exit(1)
}
