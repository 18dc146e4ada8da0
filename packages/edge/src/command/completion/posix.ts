import { type CompletedCommand, flagsWhere } from './model.js'

/** Quotes a text for bash, zsh and other shells of their family. */
export const quote = (text: string): string => `'${text.replaceAll("'", () => `'\\''`)}'`

/** One branch of a `case`: any of these texts, then this. No texts, no branch. */
export const branch = (texts: readonly string[], action: string): readonly string[] =>
  texts.length === 0 ? [] : [`    ${texts.map(quote).join('|')}) ${action} ;;`]

/** The paths of all commands but the program's own. */
export const pathsOf = (commands: readonly CompletedCommand[]): readonly string[] =>
  commands.map(({ path }) => path.join(' ')).filter((path) => path !== '')

/** A branch for each option with choices; `act` says what a shell does with them. */
export const choiceBranches = (
  commands: readonly CompletedCommand[],
  act: (choices: readonly string[]) => string,
): readonly string[] =>
  commands.flatMap((command) =>
    command.options.flatMap((option) =>
      option.value.kind === 'choice'
        ? branch(
            option.flags.map((flag) => [...command.path, flag].join(' ')),
            act(option.value.choices),
          )
        : [],
    ),
  )

/** A branch for all options with values of one kind. */
export const kindBranch = (
  commands: readonly CompletedCommand[],
  kind: 'file' | 'text',
  action: string,
): readonly string[] =>
  branch(
    commands.flatMap((command) => flagsWhere(command, (value) => value.kind === kind)),
    action,
  )
