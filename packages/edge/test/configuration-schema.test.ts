import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const SCRIPT = fileURLToPath(new URL('../scripts/compile-schema.mjs', import.meta.url))

t.test('what was compiled is the schema of the source', async (t) => {
  await t.resolves(promisify(execFile)(process.execPath, [SCRIPT, '--check']))
})
