import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { ConfigurationError, loadConfiguration } from '../../configuration/index.js'
import { EXIT, UsageError } from '../exit.js'
import { shortenPath, writeProblems } from '../problem-words.js'
import { createPaint } from '../style.js'
import { resolveFromUser, type Surroundings, standingDirectory } from '../surroundings.js'
import { type Answers, completeAnswers, type GivenAnswers } from './answers.js'
import { API_KEY_VARIABLE, writeTemplate } from './template.js'
import { openTerminal, type Terminal } from './terminal.js'

export interface InitOptions extends GivenAnswers {
  readonly output: string
  readonly yes?: boolean
  readonly force?: boolean
}

/**
 * `mtls-edge init`: writes a configuration that `check` calls good, or nothing. It never takes the API key itself: an
 * option would stand in the shell's history and in the list of processes.
 *
 * @returns the exit code: 0, or 1 where what was answered makes no good configuration
 * @throws UsageError where something is missing, or the file is there already
 */
export async function runInit(
  options: InitOptions,
  surroundings: Surroundings,
  open: () => Terminal | null = openTerminal,
): Promise<number> {
  const { stdout } = surroundings
  const file = resolveFromUser(options.output, surroundings)
  const shown = shortenPath(file, standingDirectory(surroundings))
  if (options.force !== true && existsSync(file)) throw new UsageError(thereAlready(shown))
  const terminal = options.yes === true ? null : open()
  let answers: Answers
  try {
    answers = await completeAnswers(options, terminal?.ask ?? null)
  } finally {
    terminal?.close()
  }
  const text = writeTemplate(seenFrom(dirname(file), answers, surroundings))
  if (!isGood(file, text, surroundings)) return EXIT.problems
  write(file, text, options.force === true, shown)
  const key = answers.apiKeyFile === null ? `set ${API_KEY_VARIABLE}, then ` : ''
  stdout.write(`${shown} is written; next: ${key}mtls-edge check --config ${shown}\n`)
  return EXIT.success
}

const thereAlready = (shown: string): string =>
  `${shown} is there already: name another by --output, or add --force`

/** The configuration's paths are relative to it, the user's to where the user stands. */
function seenFrom(directory: string, answers: Answers, surroundings: Surroundings): Answers {
  const name = (path: string): string => relative(directory, resolveFromUser(path, surroundings))
  const { trustAnchor, apiKeyFile } = answers
  return {
    ...answers,
    serverCertificate: name(answers.serverCertificate),
    serverKey: name(answers.serverKey),
    trustAnchor: trustAnchor === null ? null : name(trustAnchor),
    apiKeyFile: apiKeyFile === null ? null : name(apiKeyFile),
  }
}

/** Reads the text as if it was the file already, so that a bad one is never written. */
function isGood(file: string, text: string, surroundings: Surroundings): boolean {
  const { environment, stderr } = surroundings
  try {
    loadConfiguration(file, {
      // The key may be set later: it is not what is checked here.
      environment: { [API_KEY_VARIABLE]: 'set-at-start', ...environment },
      readFile: (path) => (path === file ? Buffer.from(text) : readFileSync(path)),
    })
    return true
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const paint = createPaint(stderr, environment)
    stderr.write(writeProblems(error.problems, standingDirectory(surroundings), paint))
    stderr.write('nothing was written\n')
    return false
  }
}

function write(file: string, text: string, force: boolean, shown: string): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    // It came while the questions were answered.
    throw new UsageError(code === 'EEXIST' ? thereAlready(shown) : `${shown}: ${code}`)
  }
}
