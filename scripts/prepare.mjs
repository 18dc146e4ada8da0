// Installs what is missing and builds what has changed. Runs on any Node >= 20: the checkout's own Node
// is one of the things that it installs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const stamp = join(root, 'node_modules', '.prepared')

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 20)
  fail(`Node ${process.versions.node} is too old to install with: 20 or newer is needed`)

if (!isInstalled()) {
  step('Installing', 'npx', ['--yes', manifest.packageManager, 'install', '--frozen-lockfile'])
  writeFileSync(stamp, fingerprint())
}
/**
 * What builds and runs the rest. It is named by its path: a shell that has run another `node` before the installation would go on using
 * that one.
 */
export const node = findNode()
for (const name of readdirSync(join(root, 'packages'))) removeStale(join(root, 'packages', name))
step('Building', join(root, 'node_modules', '.bin', 'tsc'), ['-b'])
for (const [title, script] of [
  ['Compiling the schema', 'compile-schema.mjs'],
  ['Writing the program', 'build-program.mjs'],
])
  step(title, node, [join(root, 'packages', 'edge', 'scripts', script)])

/** Whether what is installed is what the manifests ask for. */
function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()
}

function fingerprint() {
  const packages = readdirSync(join(root, 'packages')).map((name) =>
    join('packages', name, 'package.json'),
  )
  const files = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'examples/package.json',
    ...packages,
  ]
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const file of files)
    if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Removes what was built of a source that is gone: tsc leaves it, and it would be published. */
function removeStale(directory) {
  const built = join(directory, 'dist')
  if (!existsSync(built)) return
  for (const file of readdirSync(built, { recursive: true })) {
    const [source] = file.split(/\.(?:d\.ts|js)/)
    const isOutput = source !== file
    const isThere = ['.ts', '.d.ts'].some((end) => existsSync(join(directory, 'src', source + end)))
    if (isOutput && !isThere) rmSync(join(built, file))
  }
}

/** The checkout's own Node where its platform has one, else this one if it is new enough. */
function findNode() {
  const own = join(root, 'node_modules', '.bin', 'node')
  if (existsSync(own)) return own
  const [, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath
  fail(
    `Node ${process.versions.node} is too old to build and run mtls-edge: 22.19 or newer is needed`,
  )
}

/** Runs a command; what it prints is shown only where it fails. */
function step(title, command, args) {
  const started = Date.now()
  if (process.stderr.isTTY) process.stderr.write(`${title} ...`)
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
  })
  const seconds = (Date.now() - started) / 1000
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  if (status !== 0) fail(`${title} failed:\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`)
  if (seconds > 2) process.stderr.write(`${title}: done in ${seconds.toFixed(1)} s\n`)
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
