import { createHash } from 'node:crypto'
import { openRegistryStore } from '@mtls-edge/cert-registry'

// A process that imports until it is done or killed: `import-many.ts URL DOMAIN ENTRIES BATCH`.
const [url = '', domain = '', entries = '0', size = '1'] = process.argv.slice(2)
const store = await openRegistryStore(url)
process.stdout.write('begin\n')
for (let from = 0; from < Number(entries); from += Number(size)) {
  const batch = Array.from({ length: Number(size) }, (_, at) => ({
    domain,
    thumbprint: createHash('sha256')
      .update(String(from + at))
      .digest('hex'),
    state: 'active' as const,
    certificate: null,
  }))
  const { added } = await store.importBatch(batch, 'import')
  if (added > 0) process.stdout.write(`${from}\n`)
}
await store.close()
