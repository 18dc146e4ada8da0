import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Stage } from '../stage/stage.ts'

const SOURCES = new URL('./node/', import.meta.url)
const DEPENDENCIES = fileURLToPath(new URL('../node_modules', import.meta.url))

/**
 * Writes the gateways of the folder `node` as JavaScript into the stage's folder, where they are not yet, and returns the path
 * of one: as they are, Node would load its compiler of TypeScript into each of them, 30 ms of a start and 13 MB.
 */
export function plainProgram(stage: Stage, name: string): string {
  const modules = stage.path('node_modules')
  if (!existsSync(modules)) {
    symlinkSync(DEPENDENCIES, modules)
    for (const file of readdirSync(SOURCES)) {
      const plain = stripTypeScriptTypes(readFileSync(new URL(file, SOURCES), 'utf8'))
      stage.write(
        `${basename(file, '.ts')}.mjs`,
        plain.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.mjs'"),
      )
    }
  }
  return stage.path(`${name}.mjs`)
}
