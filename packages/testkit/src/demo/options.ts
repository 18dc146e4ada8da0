import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface DemoOptions {
  readonly keep: boolean
  readonly help: boolean
}

/** The text that `--help` prints. */
export const USAGE = `Usage: mtls-edge demo [--keep]

Runs a complete edge on this machine: throw-away certificates, a stand-in for Auth0, the edge as its own
process, and real clients against it. Exit code 0 only if every step went as it should.

  --keep   after the steps, leave the edge running until Ctrl-C and print curl lines to try it with
  --help   print this
`

/**
 * Reads the demo's command line.
 *
 * @throws TypeError for an argument that is not known.
 */
export function readOptions(argv: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  return { keep: values.keep ?? false, help: values.help ?? false }
}
