#!/usr/bin/env node
import { runCommandLine } from './command/command-line.js'
import { EXIT } from './command/exit.js'
import { describeProcess } from './command/surroundings.js'
import { isTooOld, LEAST_NODE } from './least-node.js'

// Whoever reads may stop before the end (`mtls-edge check ... | head -1`): nobody is left to write for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

// npm only warns; what an older one lacks would be told of as a fault of the program, when it is loaded.
if (isTooOld(process.versions.node)) {
  console.error(
    `mtls-edge needs Node ${LEAST_NODE} or newer, and this is Node ${process.versions.node}`,
  )
  process.exit(EXIT.problems)
}

process.exitCode = await runCommandLine(process.argv.slice(2), describeProcess())
