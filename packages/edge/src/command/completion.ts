import { Argument, type Command } from 'commander'
import { writeBash } from './completion/bash.js'
import { writeFish } from './completion/fish.js'
import { readCommands } from './completion/model.js'
import { writeZsh } from './completion/zsh.js'
import type { Surroundings } from './surroundings.js'

const WRITERS = { bash: writeBash, zsh: writeZsh, fish: writeFish } as const

type Shell = keyof typeof WRITERS

/** The command's name; where it is called, the program must have its whole tree. */
export const COMPLETION = 'completion'

/**
 * Mounts `completion` on a program. The script is made of the program's own tree and asks nobody when it completes:
 * pressing Tab starts no process.
 */
export function addCompletionCommand(program: Command, { stdout }: Surroundings): void {
  program
    .command(COMPLETION)
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<SHELL>', 'which shell').choices(Object.keys(WRITERS)))
    .addHelpText(
      'after',
      '\nExample:\n  source <(mtls-edge completion bash)    # in ~/.bashrc; the same with zsh\n  mtls-edge completion fish | source     # in ~/.config/fish/config.fish\n',
    )
    .action((shell: Shell) => {
      stdout.write(WRITERS[shell](readCommands(program)))
    })
}
