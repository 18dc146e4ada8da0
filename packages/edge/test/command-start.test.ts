import t from 'tap'
import { readStart } from '../dist/command/start-options.js'
import { runHere } from './command-process.ts'

t.test('start as it is usually called is read without commander', async (t) => {
  const read = { config: 'edge.yaml', logLevel: 'info' }
  t.same(readStart(['start', '--config', 'edge.yaml']), read)
  t.same(readStart(['start', '--config=edge.yaml']), read)
  t.same(readStart(['start', '-c', 'edge.yaml']), read)
  t.same(readStart(['start', '-c', 'edge.yaml', '-l', 'warn']), { ...read, logLevel: 'warn' })
  t.same(readStart(['start', '--log-level', 'warn', '-c', 'edge.yaml']), {
    ...read,
    logLevel: 'warn',
  })
})

// biome-ignore format: one line a case
const others: readonly (readonly [argv: readonly string[], words: RegExp])[] = [
  [['start'], /the configuration is missing/],
  [['start', '--confg', 'edge.yaml'], /unknown option '--confg'/],
  [['start', '--config'], /argument missing/],
  [['start', '--config', 'edge.yaml', 'more'], /too many arguments/],
  [['start', '--config', 'edge.yaml', '--log-level', 'loud'], /Allowed choices are fatal/],
  [['start', '--config', 'edge.yaml', '--help'], /Usage: mtls-edge start/],
  [['sart', '--config', 'edge.yaml'], /Did you mean start/],
]
for (const [argv, words] of others) {
  t.test(`commander has a word for: ${argv.join(' ')}`, async (t) => {
    t.equal(readStart(argv), null)
    const { stdout, stderr } = await runHere(argv)
    t.match(stdout + stderr, words)
  })
}
