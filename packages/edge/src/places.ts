/**
 * Where things lie beside the code. This file stays at the root of `src`: what it names is then as far away from it as built (`dist`)
 * as from the program that is shipped (`program`), in which all files lie side by side.
 */
import { fileURLToPath } from 'node:url'

const PACKAGE = new URL('../', import.meta.url)

export const MANIFEST = new URL('package.json', PACKAGE)

/** What a worker runs. */
export const WORKER_PROGRAM = fileURLToPath(new URL('worker.js', import.meta.url))

/** The admin page: documents, style sheets and pictures as they are written, and programs as they were built. Both are in the package. */
export const PAGE = {
  written: fileURLToPath(new URL('src/admin/page/', PACKAGE)),
  built: fileURLToPath(new URL('dist/admin/page/', PACKAGE)),
} as const
