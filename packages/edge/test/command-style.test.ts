import t from 'tap'
import { runCheck } from '../dist/command/check.js'
import type { Surroundings } from '../dist/command/surroundings.js'
import { writeConfiguration } from './command-process.ts'
import { change, ENVIRONMENT } from './configuration-fixture.ts'

const ESCAPE = '\u{1b}'

async function check(
  config: string,
  isTTY: boolean,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  let words = ''
  const stream = {
    isTTY,
    write(text: string) {
      words += text
    },
  }
  const surroundings: Surroundings = {
    stdout: stream,
    stderr: stream,
    environment: { ...ENVIRONMENT, ...environment },
    workingDirectory: '/',
  }
  await runCheck({ config }, surroundings)
  return words
}

t.test('colours on a terminal alone, and never where NO_COLOR is set', async (t) => {
  const file = `${writeConfiguration(t, change('20s', 'x'))}/edge.yaml`
  t.ok((await check(file, true)).includes(`${ESCAPE}[31merror:${ESCAPE}[39m`))
  t.notOk((await check(file, false)).includes(ESCAPE))
  t.notOk((await check(file, true, { NO_COLOR: '1' })).includes(ESCAPE))
  t.ok((await check(file, true, { NO_COLOR: '' })).includes(ESCAPE))
})

t.test('nothing in the file acts on the terminal', async (t) => {
  // The attack: a file name or a key with escape sequences rewrites what the operator sees of the check.
  const text = change('tlsProfile: fapi2', '"tls\\e[2JProfile": fapi2').replace(
    'clients-root.pem',
    '"a\\e[2J\\u202eb.pem"',
  )
  const words = await check(`${writeConfiguration(t, text)}/edge.yaml`, false)
  t.match(words, /trustAnchorFiles\[0\] names a\u{fffd}\[2J\u{fffd}b\.pem/u)
  t.notOk(words.includes(ESCAPE) || words.includes('\u{202e}'))
})
