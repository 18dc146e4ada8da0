// Writes the validator of the configuration file beside the built schema, as ajv compiles it: node scripts/compile-schema.mjs
// It follows each build: an edge that starts then loads neither typebox nor ajv's compiler, 460 modules. With --check nothing
// is written: it fails where the file is missing, or is not that of the schema.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SCHEMA = new URL('../dist/configuration/schema.js', import.meta.url)
const COMPILED = new URL('../dist/configuration/compiled-schema.js', import.meta.url)

if (!existsSync(SCHEMA)) fail(`${fileURLToPath(SCHEMA)} is missing: build first (npm run build)`)

const [{ Ajv }, { default: standalone }, { configurationSchema }] = await Promise.all([
  import('ajv'),
  import('ajv/dist/standalone/index.js'),
  import(SCHEMA.href),
])
const compiled = compile()
if (process.argv.includes('--check')) check()
else writeFileSync(COMPILED, compiled)

/** @see https://ajv.js.org/standalone.html */
function compile() {
  const ajv = new Ajv({
    // The messages are the edge's own. They say every problem at once, and what its schema shows as an example.
    allErrors: true,
    verbose: true,
    messages: false,
    code: { source: true, esm: true, lines: true },
  })
  const validator = standalone.default(ajv, ajv.compile(configurationSchema))
  return `// Written by scripts/compile-schema.mjs. Coverage is that of code which somebody wrote.
/* c8 ignore start */
import { createRequire } from 'node:module'
// ajv's helpers are required, in an ES module too.
const require = createRequire(import.meta.url)
export const configurationSchema = ${JSON.stringify(configurationSchema)}
${validator}`
}

function check() {
  const file = fileURLToPath(COMPILED)
  if (!existsSync(COMPILED)) fail(`${file} is missing: npm run build writes it`)
  if (readFileSync(COMPILED, 'utf8') !== compiled)
    fail(`${file} is not that of the schema: npm run build writes it anew`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
