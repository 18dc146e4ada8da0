import type { Command, Option } from 'commander'

/** What may stand behind an option. */
export type OptionValue =
  | { readonly kind: 'none' | 'file' | 'text' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }

export interface CompletedOption {
  /** Such as `-c` and `--config`. */
  readonly flags: readonly string[]
  readonly description: string
  readonly value: OptionValue
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** The words that lead here, without the program's own. */
  readonly path: readonly string[]
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly CompletedOption[]
}

/** Reads commander's own tree, so that completion can't know other commands than the program does. */
export function readCommands(
  command: Command,
  path: readonly string[] = [],
): readonly CompletedCommand[] {
  const help = command.createHelp()
  const subcommands = help.visibleCommands(command)
  const own: CompletedCommand = {
    path,
    commands: subcommands.map((each) => ({
      name: each.name(),
      description: each.description(),
    })),
    options: help.visibleOptions(command).map(readOption),
  }
  return [own, ...subcommands.flatMap((each) => readCommands(each, [...path, each.name()]))]
}

function readOption(option: Option): CompletedOption {
  const flags = [option.short, option.long].filter((flag) => typeof flag === 'string')
  return { flags, description: option.description, value: readValue(option) }
}

function readValue({ argChoices, flags, required, optional }: Option): OptionValue {
  if (argChoices !== undefined) return { kind: 'choice', choices: argChoices }
  if (!required && !optional) return { kind: 'none' }
  return { kind: flags.includes('FILE') ? 'file' : 'text' }
}

/** Every combination of a command's path and a flag of it, `registry list --state`, for which `matches` holds. */
export const flagsWhere = (
  { path, options }: CompletedCommand,
  matches: (value: OptionValue) => boolean,
): readonly string[] =>
  options
    .filter(({ value }) => matches(value))
    .flatMap(({ flags }) => flags.map((flag) => [...path, flag].join(' ')))
