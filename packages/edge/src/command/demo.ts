import { EXIT } from './exit.js'
import type { Surroundings } from './surroundings.js'

export interface DemoOptions {
  readonly keep?: boolean
}

/** `mtls-edge demo`: hands over to the demo, which a checkout has and an installed package has not. */
export async function runDemoCommand(
  options: DemoOptions,
  surroundings: Surroundings,
): Promise<number> {
  const run = await findDemo()
  if (run === null) {
    surroundings.stderr.write(
      "the demo needs a checkout of the repository, and this is an installed package: clone it and run 'npm run demo' there\n",
    )
    return EXIT.problems
  }
  return run(options.keep === true ? ['--keep'] : [])
}

async function findDemo(): Promise<((argv: readonly string[]) => Promise<number>) | null> {
  try {
    const { runDemo } = await import('@mtls-edge/testkit/demo')
    return runDemo
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      return null
    }
    throw error
  }
}
