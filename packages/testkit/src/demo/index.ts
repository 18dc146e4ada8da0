import { type Account, describeError, playSteps } from './account.js'
import { findEdgeProgram } from './edge-process.js'
import { InterruptedError, type Interruption, watchForInterruption } from './interruption.js'
import { invite } from './keep.js'
import { readOptions, USAGE } from './options.js'
import { createOutput, type LineStream, type Output } from './output.js'
import { abandonStage, type Belongings, clearStage, type Stage, setStage } from './stage.js'

/** What surrounds the demo; tests hand in their own. */
export interface DemoSurroundings {
  /** Default: `process.stdout`. */
  readonly stdout?: LineStream
  /** Default: `process.env`. */
  readonly environment?: NodeJS.ProcessEnv
  /** The edge's program. Default: that of the package `@mtls-edge/edge`. */
  readonly edgeProgram?: string
}

/**
 * Shows a complete edge on this machine: throw-away certificates, a stand-in for Auth0, the edge as its own process from a
 * written configuration file, and real clients. Prints a line for every step as it happens.
 *
 * @param argv `--keep` leaves the edge running until a signal arrives; `--help` explains.
 * @returns the exit code: 0 if every step went as it should, 1 if not, 2 for a wrong argument, 128 and the signal's number
 *   for a demo that was interrupted. By then the edge has ended and nothing is left on disk.
 */
export async function runDemo(
  argv: readonly string[],
  surroundings: DemoSurroundings = {},
): Promise<number> {
  const stream = surroundings.stdout ?? process.stdout
  const output = createOutput(stream, surroundings.environment ?? process.env)
  try {
    const options = readOptions(argv)
    if (options.help) {
      stream.write(USAGE)
      return 0
    }
    return await playDemo(options.keep, output, surroundings)
  } catch (error) {
    output.problem(describeError(error))
    stream.write(USAGE)
    return 2
  }
}

async function playDemo(keep: boolean, output: Output, surroundings: DemoSurroundings) {
  const belongings: Belongings = { workspace: null, standIn: null, edge: null }
  const interruption = watchForInterruption(() => abandonStage(belongings))
  // Without the edge, whatever is waited for ends soon; what follows it looks at the signal.
  void interruption.arrived.then(() => belongings.edge?.stop())
  try {
    const program = surroundings.edgeProgram ?? findEdgeProgram()
    const { stage, isWell } = await playAct(program, output, belongings, interruption.signal)
    if (keep && isWell) return await keepRunning(stage, output, interruption)
    return isWell ? 0 : 1
  } catch (error) {
    const reason: unknown = interruption.signal.reason ?? error
    output.problem(describeError(reason))
    if (reason instanceof InterruptedError) return reason.exitCode
    printLog(output, belongings.edge?.lastLines() ?? [])
    return 1
  } finally {
    await clearStage(belongings)
    interruption.dispose()
  }
}

async function playAct(
  program: string,
  output: Output,
  belongings: Belongings,
  interrupted: AbortSignal,
) {
  const start = performance.now()
  output.heading('mtls-edge demo')
  const stage = await setStage(program, belongings, interrupted)
  const setting = performance.now() - start
  output.line(`edge    ${stage.customOrigin} and ${stage.mtlsOrigin}`)
  output.line(`Auth0   a stand-in at ${stage.standIn.origin}`)
  const account = await playSteps(stage, output, interrupted)
  summarize(output, account, setting)
  const { errors } = stage.standIn
  for (const error of errors) output.problem(`stand-in: ${describeError(error)}`)
  const isWell = account.failed.length === 0 && errors.length === 0
  if (!isWell) printLog(output, stage.edge.lastLines())
  return { stage, isWell }
}

async function keepRunning(stage: Stage, output: Output, interruption: Interruption) {
  await invite(stage, output)
  const cause = await Promise.race([stage.edge.ended, interruption.arrived])
  if (interruption.signal.aborted) return 0
  output.problem(`the edge ${cause}`)
  printLog(output, stage.edge.lastLines())
  return 1
}

function summarize(output: Output, account: Account, setting: number): void {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`
  const all = account.passed + account.failed.length
  output.heading('Summary')
  output.line(`${account.passed} of ${all} steps went as they should`)
  for (const title of account.failed) output.problem(`  not so: ${title}`)
  output.line(
    `certificates, stand-in and edge up in ${seconds(setting)}, steps in ${seconds(account.duration)}`,
  )
}

function printLog(output: Output, lines: readonly string[]): void {
  if (lines.length === 0) return
  output.heading("The edge's last lines")
  for (const line of lines) output.line(`  ${line}`)
}
