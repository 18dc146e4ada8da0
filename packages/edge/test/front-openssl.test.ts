import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createAuthorities, MTLS_DOMAIN, startStage } from './front-stage.ts'

const authorities = createAuthorities()

function findOpenssl(): string | null {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' })
  } catch {
    return null
  }
}

const skip = findOpenssl() === null && 'the openssl command is not installed'

/** What `openssl s_client` prints about a connection to the alias. */
async function sClient(port: number, ...options: readonly string[]): Promise<string> {
  const address = ['-connect', `127.0.0.1:${port}`, '-servername', MTLS_DOMAIN]
  const child = spawn('openssl', ['s_client', ...address, ...options])
  child.stdin.on('error', () => {})
  child.stdin.end('Q\n')
  const [output, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return output + errors
}

t.test('refuses TLS 1.0 and 1.1 from a client that lets everything pass', { skip }, async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  for (const version of ['-tls1', '-tls1_1']) {
    const output = await sClient(stage.port, version, '-cipher', 'DEFAULT@SECLEVEL=0')
    t.match(output, /SSL alert number (?:40|70)\b/)
    t.match(output, /Cipher is \(NONE\)/)
  }
  t.match(stage.events, [{ reason: 'protocol_version' }, { reason: 'protocol_version' }])
})

t.test('resumes nothing in five tries of s_client', { skip }, async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  const output = await sClient(stage.port, '-tls1_2', '-reconnect')
  t.equal(output.match(/^New, TLSv1\.2/gm)?.length, 6)
  t.notMatch(output, /^Reused/m)
  t.match(output, /Acceptable client certificate CA names\n.*Test Root/)
  t.same(stage.events, [])
})

t.test('offers no early data, and names SHA-1 nowhere', { skip }, async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  for (const version of ['-tls1_2', '-tls1_3']) {
    const output = await sClient(stage.port, version)
    t.match(output, /Verification|Verify return code/)
    t.match(output, /Requested Signature Algorithms: .*ed25519/i)
    t.notMatch(output, /SHA1\b/i)
    t.notMatch(output, /Max Early Data: [1-9]/)
    t.match(output, /Compression: NONE/)
  }
})
