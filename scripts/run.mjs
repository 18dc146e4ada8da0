// Prepares the checkout, then runs a program of it on the Node that the checkout brings: node scripts/run.mjs PROGRAM ARGS
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { node } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const [program = '', ...args] = process.argv.slice(2)

const child = spawn(node, [join(root, program), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
})
// The program decides when to end: a terminal signals it too, and anybody else signals only this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
})
