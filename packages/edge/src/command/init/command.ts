import { type Command, Option } from 'commander'
import type { Surroundings } from '../surroundings.js'
import type { InitOptions } from './index.js'

/** Mounts `init` on a program. */
export function addInitCommand(
  program: Command,
  surroundings: Surroundings,
  exit: (code: number) => void,
): void {
  program
    .command('init')
    .description('ask for what is needed, and write a commented configuration')
    .option('--custom-domain <NAME>', 'the custom domain, such as auth.example.com')
    .option('--forwarding-target <URL>', "Auth0's origin domain name, https://...")
    .option('--server-certificate <FILE>', 'PEM file with the certificate for both names')
    .option('--server-key <FILE>', 'PEM file with its key')
    .option('--trust-anchor <FILE>', 'PEM file with the CA of your clients; none: no CA is taken')
    .addOption(
      new Option('--self-signed <WHICH>', 'which self-signed certificates are let in').choices([
        'reject',
        'registered',
        'forward',
      ]),
    )
    .option('--api-key-file <FILE>', 'file with the cname-api-key; none: CNAME_API_KEY at start')
    .option('-o, --output <FILE>', 'the file to write', 'edge.yaml')
    .option('-y, --yes', 'ask nothing')
    .option('--force', 'overwrite a file that is there')
    .addHelpText('after', '\nExample:\n  mtls-edge init --output edge.yaml\n')
    .action(async (options: InitOptions) => {
      const { runInit } = await import('./index.js')
      exit(await runInit(options, surroundings))
    })
}
