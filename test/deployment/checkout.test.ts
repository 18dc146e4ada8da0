/*
 * Whoever clones the repository may have an older Node than the edge runs on: it does to install with. All else runs on the Node that the
 * installation brings. The commands are stand-ins here, and write down what they were asked.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const STAND_IN = `#!/bin/sh
echo "\${0##*/} \${1##*/}" >> "$STEPS"
`

t.test('nothing but the installation is asked of the Node that somebody has', async (t) => {
  const directory = t.testdir({ packages: {}, examples: {}, bin: {}, 'program.js': '' })
  for (const file of ['package.json', 'scripts/prepare.mjs', 'scripts/run.mjs'])
    cpSync(join(ROOT, file), join(directory, file))
  const installed = join(directory, 'node_modules', '.bin')
  mkdirSync(installed, { recursive: true })
  const steps = join(directory, 'steps')
  const standIn = join(directory, 'bin', 'stand-in')
  writeFileSync(standIn, STAND_IN, { mode: 0o755 })
  const install = `for name in node tsc; do cp '${standIn}' '${installed}'/$name; done`
  writeFileSync(join(directory, 'bin', 'npx'), `${STAND_IN}${install}\n`, { mode: 0o755 })
  await promisify(execFile)(
    process.execPath,
    [join(directory, 'scripts', 'run.mjs'), 'program.js'],
    { env: { PATH: `${join(directory, 'bin')}:${process.env.PATH}`, STEPS: steps } },
  )
  t.same(readFileSync(steps, 'utf8').trim().split('\n'), [
    'npx --yes',
    'tsc -b',
    'node compile-schema.mjs',
    'node build-program.mjs',
    'node program.js',
  ])
})

t.test('what an older Node installs is what the edge needs', (t) => {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
  const { engines } = JSON.parse(read('packages/edge/package.json'))
  // Without it, pnpm leaves out the parts for this platform of whatever asks for a newer Node than the one that installs.
  const { nodeVersion } = parse(read('pnpm-workspace.yaml'))
  t.equal(`${nodeVersion}`, `${engines.node.replace('>=', '')}.0`)
  t.end()
})
