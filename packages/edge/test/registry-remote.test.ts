import { dirname } from 'node:path'
import t from 'tap'
import { createApiClient } from '../dist/command/registry/remote/api-client.js'
import { createRemoteStore } from '../dist/command/registry/remote/remote-store.js'
import { startAdminStage, TOKEN } from './admin-stage.ts'
import { runHere } from './command-process.ts'
import { CUSTOM } from './edge-stage.ts'
import { pki } from './registry-stage.ts'
import { clientWith, SECRET, startTenant } from './registry-sync-stage.ts'

const [here, there, both] = Array.from({ length: 3 }, () => pki.selfSignedClient())
if (!here || !there || !both) throw new Error('no certificates')

t.test('a running edge counts what an export will have, and so its bar has an end', async (t) => {
  const stage = await startAdminStage(t)
  const path = '/api/v1/registry/entries'
  await stage.call(path, { method: 'POST', body: { pem: here.pem + there.pem } })
  await stage.call(`${path}/${here.thumbprint}/suspend`, { method: 'POST', body: {} })
  const url = new URL(`http://127.0.0.1:${stage.adminPort}`)
  const store = createRemoteStore(createApiClient({ url, token: TOKEN, actor: 'ana', ca: null }))
  t.equal(await store.count({}), 2)
  t.equal(await store.count({ domain: CUSTOM, state: 'suspended' }), 1)
  t.equal(await store.count({ state: 'pending' }), 0)
  await t.rejects(store.count({ domain: 'c.example.com' }), { message: /choose from/ })
})

t.test(
  'compares the registry of a running edge with Auth0, and adds what is missing',
  async (t) => {
    const tenant = await startTenant(t, [clientWith('payments', [there, both])])
    const stage = await startAdminStage(t, undefined, { files: { 'tenant-root.pem': tenant.root } })
    for (const { pem } of [here, both]) {
      await stage.call('/api/v1/registry/entries', { method: 'POST', body: { pem } })
    }
    const sync = async (...more: string[]) =>
      await runHere(
        [
          ...['registry', 'sync', '--url', `http://127.0.0.1:${stage.adminPort}`],
          ...['--auth0-domain', tenant.host, '--auth0-ca', 'tenant-root.pem', ...more],
        ],
        {
          cwd: dirname(stage.file),
          environment: {
            MTLS_EDGE_ADMIN_TOKEN: TOKEN,
            AUTH0_CLIENT_ID: 'm2m',
            AUTH0_CLIENT_SECRET: SECRET,
          },
        },
      )
    const compared = await sync('--json')
    t.equal(compared.code, 1, compared.stderr)
    t.match(JSON.parse(compared.stdout), { agree: false, agreed: 1, added: 0, domain: CUSTOM })
    t.match(compared.stdout, there.thumbprint)
    t.match((await stage.call('/api/v1/registry/count')).body, { entries: 2 }, 'nothing changed')
    const applied = await sync('--apply')
    t.match(applied, { code: 0, stdout: '1 added here' })
    const { body } = await stage.call(`/api/v1/registry/entries/${there.thumbprint}`)
    t.match(body, {
      entry: { state: 'active', clientName: 'payments', owner: 'auth0' },
      trail: [{ action: 'import', actor: /via admin-api$/ }],
    })
    t.match(JSON.parse((await sync('--json')).stdout), { agreed: 2 })
    const refused = await runHere(['registry', 'sync', '--url', 'http://127.0.0.1:9'], {})
    t.equal(refused.code, 2, '--auth0-domain is needed here too')
  },
)
