// Prepares the checkout, then runs a program of it on the Node that the checkout brings: node scripts/run.mjs PROGRAM ARGS
//
// The Node is named by its path: a shell that has run another `node` before the installation would go on using that one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const [program = '', ...args] = process.argv.slice(2)

const child = spawn(findNode(), [join(root, program), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
})
// The program decides when to end: a terminal signals it too, and anybody else signals only this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
})

/** The checkout's own Node where its platform has one, else this one if it is new enough. */
function findNode() {
  const own = join(bin, 'node')
  if (existsSync(own)) return own
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath
  console.error(
    `Node ${process.versions.node} is too old to run mtls-edge: 22.19 or newer is needed`,
  )
  process.exit(1)
}
