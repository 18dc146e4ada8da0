import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readWhole } from '../dist/configuration/reading/read-whole.js'

t.test('a file is read whole, whatever its size', async (t) => {
  const directory = t.testdir({})
  for (const size of [0, 1, 16 * 1024 - 1, 16 * 1024, 3_000_001]) {
    const file = join(directory, `${size}`)
    const content = Buffer.alloc(size, 'some bytes ')
    await writeFile(file, content)
    t.equal(Buffer.compare(await readWhole(file), content), 0, `${size} bytes`)
  }
})

t.test('what has no size is read too, and what is not there is told', async (t) => {
  const directory = t.testdir({ file: 'x'.repeat(20_000) })
  t.ok((await readWhole('/proc/self/status').catch(() => Buffer.from('no such system'))).length > 0)
  await truncate(join(directory, 'file'), 0)
  t.equal((await readWhole(join(directory, 'file'))).length, 0)
  await t.rejects(readWhole(join(directory, 'none')), { code: 'ENOENT' })
  await t.rejects(readWhole(directory), { code: 'EISDIR' })
})
