// Writes the program that is shipped, from what was built: node scripts/build-program.mjs
// It is the code of `dist` and of our other packages in some seventy files instead of four hundred; what a start has of them it loads in
// a third of the time. What is not ours stays outside, to be found in node_modules. With --check nothing is written: it fails where a file
// is missing, or is not that of what was built.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const PACKAGE = new URL('../', import.meta.url)
const PROGRAM = new URL('program/', PACKAGE)
const OURS = '@mtls-edge/'
/** It is no part of what is published, and the demo says so where it is not there. */
const OF_CHECKOUTS = '@mtls-edge/testkit'
/** What a process or a thread begins with. The others find them beside themselves (`places.ts`, and the registry its thread). */
const ENTRIES = {
  main: new URL('dist/main.js', PACKAGE),
  worker: new URL('dist/worker.js', PACKAGE),
  'sqlite-thread': new URL('../cert-registry/dist/sql/sqlite-thread.js', PACKAGE),
}

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'))
for (const entry of Object.values(ENTRIES))
  if (!existsSync(entry)) fail(`${fileURLToPath(entry)} is missing: build first (npm run build)`)
const files = await bundle()
if (process.argv.includes('--check')) check()
else write()

/** The files by name, as text. */
async function bundle() {
  const build = await rolldown({
    cwd: fileURLToPath(PACKAGE),
    input: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, url]) => [name, fileURLToPath(url)]),
    ),
    platform: 'node',
    // Whatever the manifests say: what a module does when it is loaded, it does here too.
    treeshake: false,
    external: isOutside,
    plugins: [{ name: 'source-maps', load: readWithMap }],
    onLog(_level, { message }) {
      fail(message)
    },
  })
  const { output } = await build.generate({
    format: 'esm',
    chunkFileNames: '[name].js',
    sourcemap: true,
    sourcemapExcludeSources: true,
    // Short names mean another thing in each release, and an edge may load a file after the next one was installed over it.
    minifyInternalExports: false,
    dir: fileURLToPath(PROGRAM),
  })
  await build.close()
  const texts = new Map(
    output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)]),
  )
  for (const { imports = [], dynamicImports = [] } of output)
    for (const name of [...imports, ...dynamicImports]) if (!texts.has(name)) requireDeclared(name)
  return texts
}

function isOutside(name) {
  if (name.startsWith('.') || name.startsWith('/')) return false
  return !name.startsWith(OURS) || name.startsWith(OF_CHECKOUTS)
}

/** The compiler's own map goes along, so that the program's names the source. */
function readWithMap(file) {
  const map = `${file}.map`
  return {
    code: readFileSync(file, 'utf8'),
    ...(existsSync(map) && { map: readFileSync(map, 'utf8') }),
  }
}

/** What the program imports it must find, and what our other packages depend on need not lie where this one finds it. */
function requireDeclared(name) {
  // An older Node does not know all that a newer one brings.
  if (name.startsWith('node:') || isBuiltin(name) || name.startsWith(OF_CHECKOUTS)) return
  const [, dependency = name] = /^((?:@[^/]+\/)?[^/]+)/.exec(name) ?? []
  if (!(dependency in dependencies))
    fail(`the program imports ${dependency}: it must be one of the dependencies of the edge`)
}

function write() {
  mkdirSync(PROGRAM, { recursive: true })
  for (const name of readdirSync(PROGRAM)) if (!files.has(name)) rmSync(new URL(name, PROGRAM))
  for (const [name, text] of files)
    if (read(name) !== text) writeFileSync(new URL(name, PROGRAM), text)
}

function check() {
  const names = existsSync(PROGRAM) ? readdirSync(PROGRAM) : []
  const wrong = [
    ...[...files].filter(([name, text]) => read(name) !== text).map(([name]) => name),
    ...names.filter((name) => !files.has(name)),
  ]
  if (wrong.length > 0)
    fail(`not that of what was built: ${wrong.join(', ')}. npm run build writes the program anew`)
}

function read(name) {
  const file = new URL(name, PROGRAM)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
