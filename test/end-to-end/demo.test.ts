import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { findEdgeProgram } from '@mtls-edge/testkit'
import t from 'tap'

t.test('runs every step of the demo well, and leaves nothing behind', async (t) => {
  const directory = t.testdir({})
  const demo = startDemo(directory)
  const [output, [code]] = await Promise.all([text(demo.stdout), once(demo, 'close')])
  t.equal(code, 0, output)
  const lines = output.split('\n').filter((line) => /^(ok|FAIL) /.test(line))
  t.ok(lines.length >= 20, `${lines.length} steps`)
  t.ok(
    lines.every((line) => line.startsWith('ok ')),
    output,
  )
  t.match(output, new RegExp(`^${lines.length} of ${lines.length} steps went as they should$`, 'm'))
  t.same(readdirSync(directory), [])
})

const hasCurl = spawnSync('curl', ['--version']).error === undefined
const skip = hasCurl ? false : 'there is no curl on this machine to paste the lines into'

t.test('leaves the edge running with --keep, until Ctrl-C', { skip }, async (t) => {
  const directory = t.testdir({})
  const demo = startDemo(directory, '--keep')
  const output: string[] = []
  const invited = new Promise<void>((resolve) => {
    demo.stdout.on('data', (chunk: Buffer) => {
      output.push(chunk.toString())
      if (output.join('').includes('Ctrl-C ends it')) resolve()
    })
  })
  const ended = once(demo, 'close')
  await Promise.race([invited, ended])
  const commands = output
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('curl '))
  t.equal(commands.length, 3)
  const [discovery, token, refused] = await Promise.all(commands.map(paste))
  t.match(discovery, /"issuer":.*\n200\n$/)
  t.match(token, /"access_token":.*\n200\n$/)
  t.match(refused, /"invalid_client".*expired.*\n401\n$/)

  const [, page = '', adminToken = ''] =
    /^Page +(\S+) \(token: (\S+)\)$/m.exec(output.join('')) ?? []
  t.match(await (await fetch(page)).text(), '<title>mtls-edge</title>')
  const authorization = `Bearer ${adminToken}`
  const activity = await fetch(`${page}/api/v1/activity`, { headers: { authorization } })
  t.match(await activity.json(), { refusals: [{ reason: 'expired' }] }, 'the token opens it')

  demo.kill('SIGINT')
  const [code] = await ended
  t.equal(code, 0, output.join(''))
  t.same(readdirSync(directory), [])
})

function startDemo(directory: string, ...more: readonly string[]) {
  return spawn(process.execPath, [findEdgeProgram(), 'demo', ...more], {
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function paste(command: string): Promise<string> {
  const shell = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] })
  return text(shell.stdout)
}
