import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CertificateError, readCertificate, validatePath } from '@mtls-edge/path-validation'
import { type Issued, issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'
import { CHAINS, type Chain, type Engine } from './differential-table.ts'

function issueChain({ root, intermediate, leaf }: Chain): readonly [Issued, Issued, Issued] {
  const anchor = issueCertificate({ subject: 'CN=root', ca: true, ...root })
  const issuer = issueCertificate({ subject: 'CN=ca', ca: true, issuer: anchor, ...intermediate })
  return [issueCertificate({ issuer, ...leaf }), issuer, anchor]
}

function acceptsOurs(leaf: Issued, pool: readonly Issued[], root: Issued): boolean {
  try {
    const read = ({ der }: Issued) => readCertificate(der)
    const input = { leaf: read(leaf), pool: pool.map(read), trustAnchors: [read(root)] }
    return validatePath({ ...input, intermediates: [], at: new Date(), purpose: 'clientAuth' })
      .valid
  } catch (error) {
    if (error instanceof CertificateError) return false
    throw error
  }
}

const folder = mkdtempSync(join(tmpdir(), 'differential-'))
t.teardown(() => rmSync(folder, { recursive: true }))

function write(name: string, certificates: readonly Issued[]): string {
  const path = join(folder, name)
  writeFileSync(path, certificates.map(({ pem }) => pem).join(''))
  return path
}

function accepts(engine: Engine, leaf: Issued, pool: readonly Issued[], root: Issued): boolean {
  const anchors = write('root.pem', [root])
  if (engine === 'openssl') {
    const untrusted = pool.length > 0 ? ['-untrusted', write('pool.pem', pool)] : []
    const isolated = ['-no-CAfile', '-no-CApath', '-CAfile', anchors, ...untrusted]
    const strict = ['-purpose', 'sslclient', '-auth_level', '2', '-policy', '2.5.29.32.0']
    return (
      spawnSync('openssl', ['verify', ...isolated, ...strict, write('leaf.pem', [leaf])]).status ===
      0
    )
  }
  const chain = write('chain.pem', [leaf, ...pool])
  const purpose = ['--verify-purpose', '1.3.6.1.5.5.7.3.2']
  const command = ['--verify', '--load-ca-certificate', anchors, '--infile', chain, ...purpose]
  return spawnSync('certtool', command).status === 0
}

const COMMANDS: Readonly<Record<Engine, readonly [string, string]>> = {
  openssl: ['openssl', 'version'],
  gnutls: ['certtool', '--version'],
}

for (const engine of ['openssl', 'gnutls'] as const) {
  const [command, option] = COMMANDS[engine]
  const version = spawnSync(command, [option], { encoding: 'utf8' }).stdout?.split('\n')[0] ?? null
  const skip = version === null ? `${command} is not installed` : false
  t.test(`decides like ${engine}, but where the table says why not`, { skip }, async (t) => {
    t.comment(version)
    const told: string[] = []
    for (const [title, chain] of Object.entries(CHAINS)) {
      const [leaf, intermediate, root] = issueChain(chain)
      const pool = chain.withoutIntermediate === true ? [] : [intermediate]
      const [ours, theirs] = [acceptsOurs(leaf, pool, root), accepts(engine, leaf, pool, root)]
      const reason = chain.differs?.[engine]
      const words = `${title}: we ${ours ? 'accept' : 'refuse'}, ${engine} ${theirs ? 'accepts' : 'refuses'}`
      t.equal(ours !== theirs, reason !== undefined, words)
      if (reason !== undefined) told.push(`${words}: ${reason}`)
    }
    t.comment(`${Object.keys(CHAINS).length} chains, ${told.length} differences`)
    for (const line of told) t.comment(`  ${line}`)
  })
}
