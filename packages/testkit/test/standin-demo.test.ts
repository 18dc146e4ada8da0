import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { runDemo } from '@mtls-edge/testkit/demo'
import t from 'tap'

/** Says that it is ready, and takes connections that it never answers. */
const SILENT_EDGE = `
import { createServer } from 'node:net'
const server = createServer(() => {}).listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ event: 'ready', port: server.address().port }))
})
process.on('SIGTERM', () => process.exit(0))
`

const BROKEN_EDGE = `
console.log('{"event":"configuration_problem","problem":"this one is broken"}')
process.exit(1)
`

function collect(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, write: (text: string) => written.push(text), text: () => written.join('') }
}

t.test('explains itself, and refuses arguments that it does not know', async (t) => {
  const help = collect(false)
  t.equal(await runDemo(['--help'], { stdout: help }), 0)
  t.match(help.text(), /^Usage: /)
  const wrong = collect(false)
  t.equal(await runDemo(['--kep'], { stdout: wrong }), 2)
  t.match(wrong.text(), /--kep/)
})

t.test("shows the edge's last lines where it does not start, and leaves nothing", async (t) => {
  const directory = t.testdir({ 'edge.mjs': BROKEN_EDGE, tmp: {} })
  const answer = await runInProcess(`${directory}/edge.mjs`, `${directory}/tmp`)
  t.equal(answer.code, 1)
  t.match(answer.output, /the edge ended with exit code 1/)
  t.match(answer.output, /this one is broken/)
  t.same(readdirSync(`${directory}/tmp`), [])
})

t.test('fails steps, with a summary, where nothing of the edge works', async (t) => {
  const port = `createServer((socket) => socket.destroy())`
  const edge = SILENT_EDGE.replace('createServer(() => {})', port)
  const directory = t.testdir({ 'edge.mjs': edge, tmp: {} })
  const answer = await runInProcess(`${directory}/edge.mjs`, `${directory}/tmp`)
  t.equal(answer.code, 1)
  t.match(answer.output, /^FAIL {2}1 {2}discovery/m)
  t.match(answer.output, /^0 of \d+ steps went as they should$/m)
  t.notMatch(answer.output, '\u001b[', 'no colours in a pipe')
  t.same(readdirSync(`${directory}/tmp`), [])
})

// The attack that the demo must be able to show: an edge that adds its headers to those of the client, and calls every
// certificate that was not verified self-signed.
t.test('notices everything that is wrong with a naive edge', async (t) => {
  const directory = t.testdir({})
  const edge = `${import.meta.dirname}/standin-naive-edge.ts`
  const { code, output } = await runInProcess(edge, directory)
  t.equal(code, 1)
  const failed = output.split('\n').filter((line) => line.startsWith('FAIL '))
  for (const [title, got] of [
    ['/userinfo with the same token and no certificate', 'from Auth0'],
    ['no certificate', '1 reached Auth0'],
    ['an expired certificate', '1 reached Auth0'],
    ['a certificate of an unknown CA, with its chain', '1 reached Auth0'],
    ["a self-signed certificate in the trusted root's name", '1 reached Auth0'],
    ['a path that is not allowed: /authorize on the alias', '1 reached Auth0'],
    ['a path that is nearly right: /oauth/../oauth/token', '1 reached Auth0'],
    ['the wrong method: GET /oauth/token', '1 reached Auth0'],
    ['the Host of another', '1 reached Auth0'],
    ["forged headers on the alias, beside another client's own certificate", 'SOMETHING'],
    ['forged headers on the alias, no certificate', '1 reached Auth0'],
    ['forged headers on the custom domain', 'got: 200, told SUCCESS, SOMETHING'],
  ]) {
    const line = failed.find((one) => one.includes(`  ${title}`)) ?? `no such failure: ${title}`
    t.match(line, String(got))
  }
  t.equal(failed.length, 12, failed.join('\n'))
  t.same(readdirSync(directory), [])
})

t.test('ends on a signal in the middle of a step, and leaves nothing', async (t) => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const directory = t.testdir({ 'edge.mjs': SILENT_EDGE, tmp: {} })
    const demo = startProcess(`${directory}/edge.mjs`, `${directory}/tmp`)
    demo.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('What must work')) demo.kill(signal)
    })
    const [ended] = await once(demo, 'close')
    t.equal(ended, code, signal)
    t.same(readdirSync(`${directory}/tmp`), [])
  }
})

t.test('colours a terminal, unless NO_COLOR is set', async (t) => {
  const edgeProgram = `${t.testdir({ 'edge.mjs': BROKEN_EDGE })}/edge.mjs`
  const coloured = collect(true)
  await runDemo([], { stdout: coloured, environment: {}, edgeProgram })
  t.match(coloured.text(), '\u001b[31m')
  const plain = collect(true)
  await runDemo([], { stdout: plain, environment: { NO_COLOR: '1' }, edgeProgram })
  t.notMatch(plain.text(), '\u001b[')
})

function startProcess(edgeProgram: string, directory: string) {
  const program = `import { runDemo } from '@mtls-edge/testkit/demo'
process.exitCode = await runDemo([], { edgeProgram: ${JSON.stringify(edgeProgram)} })`
  return spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function runInProcess(edgeProgram: string, directory: string) {
  const demo = startProcess(edgeProgram, directory)
  const [output, [code]] = await Promise.all([text(demo.stdout), once(demo, 'close')])
  return { output, code }
}
