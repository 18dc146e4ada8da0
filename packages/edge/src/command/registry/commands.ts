import { parseThumbprint, REGISTRATION_STATES } from '@mtls-edge/cert-registry'
import { type Command, Option } from 'commander'
import type { Surroundings } from '../surroundings.js'
import { type AddOptions, runAdd } from './add.js'
import { type ChangeOptions, type RemoveOptions, runChange, runRemove } from './change.js'
import { type ExportOptions, runExport } from './export.js'
import { runImport } from './import.js'
import { type ListOptions, runList } from './list.js'
import type { RegistryCommandOptions } from './session.js'
import { runShow, type ShowOptions } from './show.js'
import { runSync, type SyncOptions } from './sync/index.js'

const CERTIFICATES = 'thumbprint (hex, hex with colons, base64url) or PEM file; several are fine'
const SYNC_EXAMPLE = 'registry sync --config edge.yaml --auth0-domain tenant.eu.auth0.com'
const SYNC_ENVIRONMENT =
  '\nIt needs AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET: an application with read:clients and read:client_credentials.\n'

/**
 * Mounts `registry` with its commands on a program, from which they take over output, help and exit.
 *
 * @param exit - called with the exit code of the command that ran
 */
export function addRegistryCommands(
  program: Command,
  surroundings: Surroundings,
  exit: (code: number) => void,
): void {
  takeThumbprints(program)
  const registry = program
    .command('registry')
    .description('which client certificates are registered or denied')
    .addHelpText('after', example('registry list --config edge.yaml --expiring 30d'))
    .configureOutput({ outputError: (text, write) => write(hidePem(text)) })

  define(registry, 'add', 'register the certificates of PEM or DER files')
    .argument('<FILES...>', 'PEM files, each with one certificate or several')
    .option('-n, --client-name <NAME>', 'a name for the client')
    .option('-o, --owner <NAME>', 'who answers for the certificate')
    .option('--notes <TEXT>', 'free text')
    .option('--pending', 'refuse it until it is activated')
    .addHelpText('after', example('registry add --config edge.yaml --owner payments client.pem'))
    .action(async (files: string[], options: AddOptions) =>
      exit(await runAdd(files, options, surroundings)),
    )

  const changes = [
    ['deny', 'refuse certificates for good, known ones or not', 'client.pem'],
    ['suspend', 'refuse registered certificates until they are activated', 'client.pem'],
    ['activate', 'let certificates in again, from any state', 'client.pem'],
  ] as const
  for (const [name, description, sample] of changes) {
    define(registry, name, description)
      .argument('<CERTIFICATES...>', CERTIFICATES)
      .addHelpText('after', example(`registry ${name} --config edge.yaml ${sample}`))
      .action(async (certificates: string[], options: ChangeOptions) =>
        exit(await runChange(name, certificates, options, surroundings)),
      )
  }

  define(registry, 'remove', 'take entries away; their audit trail stays')
    .argument('<CERTIFICATES...>', CERTIFICATES)
    .option('--even-if-refused', 'also entries that refuse their certificate: it is unknown then')
    .addHelpText('after', example('registry remove --config edge.yaml client.pem'))
    .action(async (certificates: string[], options: RemoveOptions) =>
      exit(await runRemove(certificates, options, surroundings)),
    )

  define(registry, 'list', 'print a table of the entries of a domain')
    .addOption(stateOption())
    .option('-e, --expiring <TIME>', 'only what has expired or will within, such as 30d or 12h')
    .option('-j, --json', 'print JSON')
    .addHelpText('after', example('registry list --config edge.yaml --expiring 30d'))
    .action(async (options: ListOptions) => exit(await runList(options, surroundings)))

  define(registry, 'show', 'print an entry and who changed what when')
    .argument('<CERTIFICATE>', 'thumbprint (hex, hex with colons, base64url) or PEM file')
    .option('-j, --json', 'print JSON')
    .addHelpText('after', example('registry show --config edge.yaml client.pem'))
    .action(async (certificate: string, options: ShowOptions) =>
      exit(await runShow(certificate, options, surroundings)),
    )

  define(registry, 'import', 'take entries in from JSON lines, as export writes them')
    .argument('<FILE>', 'file of JSON lines; - for standard input')
    .addHelpText('after', example('registry import --config edge.yaml entries.jsonl'))
    .action(async (file: string, options: RegistryCommandOptions) =>
      exit(await runImport(file, options, surroundings)),
    )

  define(registry, 'export', 'write all entries as JSON lines')
    .argument('[FILE]', 'file to write; standard output where none is named')
    .addOption(stateOption())
    .addHelpText('after', example('registry export --config edge.yaml entries.jsonl'))
    .action(async (file: string | undefined, options: ExportOptions) =>
      exit(await runExport(file, options, surroundings)),
    )

  define(registry, 'sync', 'compare with the self-signed certificates that clients use at Auth0')
    .requiredOption('--auth0-domain <TENANT>', "the tenant's host, such as tenant.eu.auth0.com")
    .option('--auth0-ca <FILE>', 'PEM file with roots to verify it by, beside the usual ones')
    .option('--apply', 'add here, as active, what is missing here; nothing else is changed')
    .option('-j, --json', 'print JSON')
    .addHelpText('after', example(SYNC_EXAMPLE) + SYNC_ENVIRONMENT)
    .action(async (options: SyncOptions) => exit(await runSync(options, surroundings)))
}

/** One thumbprint in 64 begins with a dash in base64url and would be taken for options: those go on in hex. */
function takeThumbprints(program: Command): void {
  const parseOptions = program.parseOptions.bind(program)
  program.parseOptions = (args) =>
    parseOptions(
      args.map((text) => (text.startsWith('-') ? (parseThumbprint(text) ?? text) : text)),
    )
}

function define(registry: Command, name: string, description: string): Command {
  return registry
    .command(name)
    .description(description)
    .addOption(new Option('-c, --config <FILE>', 'the configuration file (YAML), or --url'))
    .option('-u, --url <URL>', 'ask a running edge: where its admin listener is')
    .option('--token-file <FILE>', 'with its token; default: MTLS_EDGE_ADMIN_TOKEN')
    .option('--ca <FILE>', 'PEM file with roots to verify it by, beside the usual ones')
    .option('-d, --domain <NAME>', 'custom domain or alias; needed where there are several')
}

const stateOption = (): Option =>
  new Option('-s, --state <STATE>', 'only entries in this state').choices(REGISTRATION_STATES)

/** A key that was pasted for a file's name looks like an option, and messages about options quote them. */
const hidePem = (text: string): string =>
  text.replace(/-----BEGIN.*/s, "[hidden]': give the name of a file, not what is in it\n")

const example = (line: string): string => `\nExample:\n  mtls-edge ${line}\n`
