import { ConfigurationError, type EdgeConfiguration, type Problem } from '../configuration/index.js'
import { loadInSteps } from '../configuration/reading/load-in-steps.js'
import { EXIT } from './exit.js'
import { describeFetching, type FetchingFacts, writeFetching } from './fetching.js'
import { shortenPath, writeProblems } from './problem-words.js'
import { count, createPaint, makeHarmless, type Paint } from './style.js'
import { resolveFromUser, type Surroundings, standingDirectory } from './surroundings.js'

export interface CheckOptions {
  readonly config: string
  readonly json?: boolean
}

interface Findings {
  /** `null` where there are problems. */
  readonly configuration: EdgeConfiguration | null
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/**
 * `mtls-edge check`: reads everything that the edge would read and prints every problem and warning on standard output.
 * It connects to nothing.
 *
 * @returns the exit code: 0, or 1 where there are problems; warnings alone are none
 */
export async function runCheck(options: CheckOptions, surroundings: Surroundings): Promise<number> {
  const { stdout, environment } = surroundings
  const file = resolveFromUser(options.config, surroundings)
  const findings = await findAll(file, surroundings)
  const { problems, warnings } = findings
  if (options.json === true) {
    const ok = problems.length === 0
    const result = { ok, file, problems, warnings, fetching: fetchingOf(findings) }
    stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  } else {
    const paint = createPaint(stdout, environment)
    const directory = standingDirectory(surroundings)
    stdout.write(writeProblems([...problems, ...warnings], directory, paint))
    for (const facts of fetchingOf(findings)) {
      stdout.write(`${makeHarmless(writeFetching(facts))}\n`)
    }
    stdout.write(`${shortenPath(file, directory)}: ${summarize(findings, paint)}\n`)
  }
  return problems.length === 0 ? EXIT.success : EXIT.problems
}

async function findAll(file: string, { environment }: Surroundings): Promise<Findings> {
  try {
    const configuration = await loadInSteps(file, { environment })
    return { configuration, problems: [], warnings: configuration.warnings }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return { configuration: null, problems: error.problems, warnings: error.warnings }
  }
}

const fetchingOf = ({ configuration }: Findings): readonly FetchingFacts[] =>
  configuration === null ? [] : describeFetching(configuration)

function summarize({ configuration, problems, warnings }: Findings, paint: Paint): string {
  const counts = `${count(problems.length, 'problem')}, ${count(warnings.length, 'warning')}`
  if (configuration === null) return paint('red', counts)
  const domains = count(configuration.domains.length, 'domain')
  return `${paint('green', counts)}; ${domains}, ready to start`
}
