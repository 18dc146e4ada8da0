/**
 * Whoever starts an edge over a CRL of many entries may want to stop it meanwhile: no command reads such a list in one go. Counted
 * is how often others have their turn; a list that is read at once leaves them none.
 */
import { writeFile } from 'node:fs/promises'
import { issueCrl } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { FileRecorder } from '../dist/configuration/reading/file-recorder.js'
import { loadInSteps } from '../dist/configuration/reading/load-in-steps.js'
import { type Ended, runHere, writeConfiguration } from './command-process.ts'
import { change, ENVIRONMENT, GOOD, pki } from './configuration-fixture.ts'
import { countTurns } from './turns.ts'

const small = Buffer.from(issueCrl({ issuer: pki.intermediate }).pem)
const large = issueCrl({ issuer: pki.intermediate, bulk: 200_000 })

/** Each step takes in 2,000 entries. */
const STEPS = 100

/** A problem that ends the start before it listens, and is told beside those of the lists. */
const BROKEN = change('selfSigned: reject', 'selfSigned: registred')

const EXPLAINED = change('registry: sqlite:registry.db\n', '').replace('require', 'prefer')

const COMMANDS: readonly (readonly [argv: readonly string[], text: string, code: number])[] = [
  [['start'], BROKEN, 1],
  [['check'], BROKEN, 1],
  [['check'], GOOD, 0],
  [['explain', 'client.crt'], EXPLAINED, 0],
]

async function run(
  t: Test,
  [argv, text]: (typeof COMMANDS)[number],
  list: Buffer,
): Promise<{ readonly turns: number; readonly ended: Ended }> {
  const cwd = writeConfiguration(t, text, { 'clients.crl': list })
  const ending = runHere([...argv, '--config', 'edge.yaml'], { cwd })
  const turns = await countTurns(ending)
  return { turns, ended: await ending }
}

for (const command of COMMANDS) {
  const [argv, , code] = command
  for (const [form, content] of [
    ['DER', large.der],
    ['PEM', Buffer.from(large.pem)],
  ] as const) {
    t.test(`${argv[0]} (${code}) reads a large CRL in ${form} in steps`, async (t) => {
      // Loads the command's modules, which has turns of its own.
      await run(t, command, small)
      const before = await run(t, command, small)
      const { turns, ended } = await run(t, command, content)
      t.equal(ended.code, code, ended.stdout + ended.stderr)
      t.ok(turns > before.turns + STEPS, `others had their turn ${turns} times`)
    })
  }
}

t.test('a damaged list is told by the same words, be it large or small', async (t) => {
  const told = async (size: number): Promise<string> => {
    const { der } = issueCrl({ issuer: pki.intermediate, bulk: size })
    der[der.length - 1] = 0
    const { ended } = await run(t, [['check'], GOOD, 1], der.subarray(0, -1))
    t.equal(ended.code, 1)
    return ended.stdout
  }
  t.equal(await told(10_000), await told(10))
})

t.test('a large CRL that a changed configuration names is read in steps too', async (t) => {
  const cwd = writeConfiguration(t, GOOD, { 'large.crl': large.der })
  const file = `${cwd}/edge.yaml`
  const options = { environment: ENVIRONMENT }
  const first = new FileRecorder()
  await loadInSteps(file, options, first)
  const text = GOOD.replace('crlFiles: [clients.crl]', 'crlFiles: [clients.crl, large.crl]')
  await writeFile(file, text)
  const second = new FileRecorder()
  await second.readAhead(first.marks.keys(), first)
  const loading = loadInSteps(file, options, second)
  t.ok((await countTurns(loading)) > STEPS)
  const { caSigned } = (await loading).domains[0]?.clientCertificates ?? {}
  t.equal(caSigned?.revocation.crls.at(-1)?.crl.entries.size, 200_000)
  t.ok(second.marks.has(`${cwd}/large.crl`))
})
