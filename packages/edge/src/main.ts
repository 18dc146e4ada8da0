#!/usr/bin/env node
import { runCommandLine } from './command/command-line.js'
import { describeProcess } from './command/surroundings.js'

process.exitCode = await runCommandLine(process.argv.slice(2), describeProcess())
