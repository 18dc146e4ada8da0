import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadConfiguration } from '@mtls-edge/edge'
import { createPki, issueCrl } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'

const pki = createPki()
const server = pki.server(['auth.example.com', 'mtls.auth.example.com'])

/** Every file that a page's configuration names. */
const FILES = {
  'certs/auth.crt': server.chainPem,
  'certs/auth.key': server.keyPem,
  'server.crt': server.chainPem,
  'server.key': server.keyPem,
  'clients-root.pem': pki.root.pem,
  'clients-root.crl': issueCrl({ issuer: pki.root }).pem,
  'cname-api-key': 'a-key-of-the-test\n',
  'admin.token': 'a-token-that-nobody-guesses-0123456789\n',
  'target-ca.pem': pki.root.pem,
}

async function loadFromPage(t: Test, text: string): Promise<ReturnType<typeof loadConfiguration>> {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-page-'))
  t.teardown(() => rm(directory, { recursive: true }))
  for (const [name, content] of Object.entries({ ...FILES, 'edge.yaml': text })) {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), content, { mode: 0o600 })
  }
  const environment = {
    CNAME_API_KEY: 'a-key-of-the-test',
    FORWARDING_TARGET: 'https://target.example',
  }
  return loadConfiguration(join(directory, 'edge.yaml'), { environment })
}

t.test('the configurations that the pages show are good', async (t) => {
  for (const page of [
    'README.md',
    'packages/edge/README.md',
    'docs/from-tenant-to-token.md',
    'examples/edge-from-file/edge.yaml',
  ]) {
    const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8')
    const blocks = page.endsWith('.yaml')
      ? [text]
      : [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block]) => block ?? '')
    t.not(blocks.length, 0, page)
    for (const block of blocks) {
      const { domains } = await loadFromPage(t, block)
      t.equal(domains[0]?.customDomain, 'auth.example.com', page)
      t.equal(domains[0]?.mtlsDomain, 'mtls.auth.example.com', page)
    }
  }
})
