#!/usr/bin/env node
import { runCommandLine } from './command/command-line.js'
import { describeProcess } from './command/surroundings.js'

// Whoever reads may stop before the end (`mtls-edge check ... | head -1`): nobody is left to write for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCommandLine(process.argv.slice(2), describeProcess())
