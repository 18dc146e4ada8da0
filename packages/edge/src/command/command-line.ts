import { Command, CommanderError, Option } from 'commander'
import { readVersion } from '../version.js'
import type { CheckOptions } from './check.js'
import { addCompletionCommand, COMPLETION } from './completion.js'
import type { DemoOptions } from './demo.js'
import { EXIT, UsageError } from './exit.js'
import type { ExplainOptions } from './explain/index.js'
import { addInitCommand } from './init/command.js'
import type { SelftestOptions } from './selftest.js'
import type { StartOptions } from './start.js'
import type { Surroundings } from './surroundings.js'

const REGISTRY = 'registry'
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/**
 * Runs a command line.
 *
 * @param argv what stands behind the program's name
 * @returns the exit code: 0; 1 for problems; 2 for wrong usage. After `start` the process lives on.
 */
export async function runCommandLine(
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let exitCode: number = EXIT.success
  const program = await createProgram(argv, surroundings, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    // It was printed, with the nearest right word where there is one. Help and version end this way too, with 0.
    if (error instanceof CommanderError) {
      if (error.exitCode === EXIT.success) return EXIT.success
      const { npm_command: command = '' } = surroundings.environment
      if (NPM_RUN.includes(command) && !argv.some(isOption)) {
        surroundings.stderr.write(KEPT_BY_NPM)
      }
      return EXIT.usage
    }
    if (!(error instanceof UsageError)) throw error
    surroundings.stderr.write(`error: ${error.message}\n`)
    return EXIT.usage
  }
}

/** `npm run mtls-edge check --config edge.yaml` comes without `--config`; npm says so in words that are easily passed over. */
const KEPT_BY_NPM =
  '(npm keeps options for itself: write them behind --, as in npm run -s mtls-edge -- check --config edge.yaml)\n'

/** What npm calls it, by its version. */
const NPM_RUN = ['run', 'run-script']

const isOption = (argument: string): boolean => argument.startsWith('-')

/** Every command loads its own parts when it is called: help and a slip of the pen are answered at once. */
async function createProgram(
  argv: readonly string[],
  surroundings: Surroundings,
  exit: (code: number) => void,
): Promise<Command> {
  const { stdout, stderr } = surroundings
  const program = new Command('mtls-edge')
    .description("Auth0's customer edge with mutual TLS")
    .version(readVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .showHelpAfterError('(--help says more)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(nameConfigOption(text)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .hook('preAction', (_program, command) => requireConfig(command))
    .addHelpText('after', example('mtls-edge check --config edge.yaml'))

  addInitCommand(program, surroundings, exit)

  program
    .command('start')
    .description('run the edge until SIGTERM or SIGINT, then let requests in flight end')
    .addOption(configOption())
    .addOption(
      new Option('-l, --log-level <LEVEL>', 'what is logged at the least')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .addHelpText('after', example('mtls-edge start --config edge.yaml'))
    .action(async (options: StartOptions) => {
      const { runStart } = await import('./start.js')
      exit(await runStart(options, surroundings))
    })

  program
    .command('check')
    .description('read everything that the edge would read, and say every problem at once')
    .addOption(configOption())
    .option('-j, --json', 'print JSON')
    .addHelpText('after', example('mtls-edge check --config edge.yaml'))
    .action(async (options: CheckOptions) => {
      const { runCheck } = await import('./check.js')
      exit(await runCheck(options, surroundings))
    })

  program
    .command('explain')
    .description('what the edge would decide of a certificate, why, and what Auth0 would get')
    .argument('<CERTIFICATE>', 'file with the certificate, PEM (its chain may follow) or DER')
    .addOption(configOption())
    .option('-d, --domain <NAME>', 'custom domain or alias; needed where there are several')
    .option('-a, --at <TIME>', 'decide as at this time, such as 2027-01-31 or 2027-01-31T12:00:00Z')
    .option('-x, --chain <FILE>', 'PEM file with the issuers that the client sends along')
    .option('-j, --json', 'print JSON')
    .addHelpText('after', example('mtls-edge explain --config edge.yaml client.crt'))
    .action(async (certificate: string, options: ExplainOptions) => {
      const { runExplain } = await import('./explain/index.js')
      exit(await runExplain(certificate, options, surroundings))
    })

  program
    .command('selftest')
    .description('what a started edge shows to its clients, and whether Auth0 is reached')
    .addOption(configOption())
    .option('-a, --address <HOST:PORT>', 'where the edge is reached; default: listen, from here')
    .option(
      '--ca <FILE>',
      'PEM file with roots to verify server certificates by, beside the public ones',
    )
    .option('--resolver <ADDRESS...>', "DNS servers to ask; default: the system's")
    .option('-j, --json', 'print JSON')
    .addHelpText('after', example('mtls-edge selftest --config edge.yaml'))
    .action(async (options: SelftestOptions) => {
      const { runSelftest } = await import('./selftest.js')
      exit(await runSelftest(options, surroundings))
    })

  if (argv.includes(REGISTRY) || argv.includes(COMPLETION)) {
    const { addRegistryCommands } = await import('./registry/index.js')
    addRegistryCommands(program, surroundings, exit)
  } else {
    // Its own commands are many: the list of commands needs its name alone.
    program.command(REGISTRY).description('which client certificates are registered or denied')
  }

  program
    .command('demo')
    .description('a complete edge on this machine with throw-away certificates, and real clients')
    .option('-k, --keep', 'leave the edge running until Ctrl-C')
    .addHelpText('after', example('mtls-edge demo --keep'))
    .action(async (options: DemoOptions) => {
      const { runDemoCommand } = await import('./demo.js')
      exit(await runDemoCommand(options, surroundings))
    })

  addCompletionCommand(program, surroundings)

  return program
}

const configOption = (): Option =>
  new Option('-c, --config <FILE>', 'the configuration file (YAML); required')

/**
 * Required options are checked here: commander would ask for `--config` before it says that `--confg` is not known.
 */
function requireConfig(command: Command): void {
  const { config, url } = command.opts()
  if (
    config === undefined &&
    url === undefined &&
    command.options.some(({ long }) => long === '--config')
  )
    command.error(
      command.options.some(({ long }) => long === '--url')
        ? 'error: the registry is missing: add --config FILE, or --url URL of a running edge'
        : 'error: the configuration is missing: add --config FILE',
    )
}

/** Most who hand over one argument too many name the configuration as other programs have it, without an option. */
const nameConfigOption = (text: string): string =>
  text.replace(
    /^error: too many arguments for '(?:start|check|selftest)'\. Expected 0 arguments but got 1: (\S+\.(?:ya?ml|json))\.$/m,
    'error: the configuration has an option of its own: write --config $1',
  )

const example = (line: string): string => `\nExample:\n  ${line}\n`
