/**
 * Loaded into a process before its program (`--import`): writes the turns of its event loop that take long into the file that the
 * environment names, a line each. The edge's modules are loaded before: that holds the loop for as long as half a second, and is no
 * work of the program's.
 */
import { appendFileSync } from 'node:fs'
import { watchTurns } from './turns.ts'

/** Milliseconds. */
const LONG = 2

const MODULES = ['./command/command-line.js', './command/start.js', './service/index.js']

const file = process.env.MTLS_EDGE_BENCH_TURNS
if (file !== undefined) {
  const edge = import.meta.resolve('@mtls-edge/edge')
  for (const path of MODULES) await import(new URL(path, edge).href)
  watchTurns((took) => {
    if (took > LONG) appendFileSync(file, `${process.pid} ${Date.now()} ${took.toFixed(1)}\n`)
  })
}
