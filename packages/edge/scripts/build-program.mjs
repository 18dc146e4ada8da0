// Writes the program that is shipped, from what was built: node scripts/build-program.mjs
// It is the code of `dist` and of our other packages in some fifty files instead of four hundred, of which a start loads nine. What is
// not ours stays outside, to be found in node_modules. With --check nothing is written: it fails where a file is missing, or is not that
// of what was built.
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

/** What processes load when they start, each with all that it imports: one alone, a primary, and its workers. */
const STARTS = {
  configuration: ['configuration/reading/load-in-steps.js'],
  alone: ['command/start.js', 'service/run-edge.js', 'service/start-edge.js'],
  primary: ['command/start.js', 'service/run-edge.js', 'service/workers/start-workers.js'],
  worker: ['service/workers/worker-main.js'],
}

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'))
for (const entry of Object.values(ENTRIES))
  if (!existsSync(entry)) fail(`${fileURLToPath(entry)} is missing: build first (npm run build)`)
const files = await bundle()
if (process.argv.includes('--check')) check()
else write()

/** The files by name, as text. */
async function bundle() {
  let fileOf = () => null
  const build = await rolldown({
    cwd: fileURLToPath(PACKAGE),
    input: Object.fromEntries(
      Object.entries(ENTRIES).map(([name, url]) => [name, fileURLToPath(url)]),
    ),
    platform: 'node',
    // Whatever the manifests say: what a module does when it is loaded, it does here too.
    treeshake: false,
    preserveEntrySignatures: 'allow-extension',
    external: isOutside,
    plugins: [
      {
        name: 'program',
        load: readWithMap,
        buildEnd() {
          fileOf = putTogether((id) => this.getModuleInfo(id))
        },
      },
    ],
    onLog(_level, { message }) {
      fail(message)
    },
  })
  const { output } = await build.generate({
    format: 'esm',
    chunkFileNames: '[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: (id) => fileOf(id), debugName: 'start' }],
    },
    sourcemap: true,
    sourcemapExcludeSources: true,
    // Short names mean another thing in each release, and an edge may load a file after the next one was installed over it.
    minifyInternalExports: false,
    dir: fileURLToPath(PROGRAM),
  })
  await build.close()
  const texts = new Map(
    output.map((file) => [
      file.fileName,
      file.type === 'chunk' ? escapeBeyondAscii(file.code) : String(file.source),
    ]),
  )
  for (const { imports = [], dynamicImports = [] } of output)
    for (const name of [...imports, ...dynamicImports]) if (!texts.has(name)) requireDeclared(name)
  return texts
}

/**
 * What a start loads together lies in one file: each file takes time to be found. So there is one for what every command needs that reads a
 * configuration; of the rest one for what all processes need, one for what starts them, and one for what serves, which a primary does not
 * load. Where all else lies is rolldown's choice.
 */
function putTogether(infoOf) {
  const importedBy = (names) => {
    const modules = new Set()
    const visit = (id) => {
      if (isOutside(id) || modules.has(id)) return
      modules.add(id)
      for (const imported of infoOf(id).importedIds) visit(imported)
    }
    for (const name of names) visit(fileURLToPath(new URL(`dist/${name}`, PACKAGE)))
    return modules
  }
  const { configuration, alone, primary, worker } = Object.fromEntries(
    Object.entries(STARTS).map(([name, roots]) => [name, importedBy(roots)]),
  )
  return (id) => {
    // What is imported on demand keeps a file of its own, which says so.
    if (infoOf(id).isEntry || infoOf(id).dynamicImporters.length > 0) return null
    if (configuration.has(id)) return 'configuration'
    if (!alone.has(id)) return null
    if (!primary.has(id)) return 'serving'
    return worker.has(id) ? 'process' : 'starting'
  }
}

function isOutside(name) {
  if (name.startsWith('.') || name.startsWith('/')) return false
  return !name.startsWith(OURS) || name.startsWith(OF_CHECKOUTS)
}

/**
 * Where one character of a file is beyond Latin-1, V8 keeps all of them in two bytes. An escape says the same, in texts and patterns.
 * (Not in `String.raw`, which nothing of ours is written with.)
 */
function escapeBeyondAscii(code) {
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
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
