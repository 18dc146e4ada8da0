import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Stage } from '../stage/stage.ts'

const SOURCES = fileURLToPath(new URL('./node', import.meta.url))
const DEPENDENCIES = fileURLToPath(new URL('../node_modules', import.meta.url))
const COMPILER = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url))

/** Takes the types away and changes nothing else; what is wrong with them is for the checks to say. */
const AS_IT_STANDS = [
  ...['--ignoreConfig', '--noCheck', '--noResolve', '--verbatimModuleSyntax'],
  ...['--rewriteRelativeImportExtensions', '--target', 'esnext', '--module', 'nodenext'],
]

/** By their names, from the beginning: the start of a gateway is measured, and this is no part of it. */
const programs = compile()

/**
 * Writes the gateways of the folder `node` as JavaScript into the stage's folder, where they are not yet, and returns the path
 * of one: as they are, Node would load its compiler of TypeScript into each of them, 30 ms of a start and 13 MB.
 */
export function plainProgram(stage: Stage, name: string): string {
  const modules = stage.path('node_modules')
  if (!existsSync(modules)) {
    symlinkSync(DEPENDENCIES, modules)
    stage.write('package.json', '{ "type": "module" }')
    for (const [file, plain] of programs) stage.write(file, plain)
  }
  return stage.path(`${name}.js`)
}

/** By the compiler of the project: Node's own function for it warns, each time, that it may change. */
function compile(): ReadonlyMap<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'mtls-edge-bench-programs-'))
  try {
    const sources = readdirSync(SOURCES).map((file) => join(SOURCES, file))
    const to = ['--rootDir', SOURCES, '--outDir', directory]
    execFileSync(COMPILER, [...AS_IT_STANDS, ...to, ...sources])
    const files = readdirSync(directory)
    return new Map(files.map((file) => [file, readFileSync(join(directory, file), 'utf8')]))
  } finally {
    rmSync(directory, { recursive: true })
  }
}
