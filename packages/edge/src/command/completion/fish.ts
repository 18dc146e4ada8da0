import type { CompletedCommand, CompletedOption } from './model.js'
import { pathsOf } from './posix.js'

/** In fish's single quotes, the quote and the backslash alone are special. */
const quote = (text: string): string => `'${text.replaceAll(/['\\]/g, (sign) => `\\${sign}`)}'`

/**
 * A script for fish 3 and later.
 *
 * @see https://fishshell.com/docs/current/completions.html
 */
export function writeFish(commands: readonly CompletedCommand[]): string {
  const lines = [
    '# fish completion for mtls-edge; use it with: mtls-edge completion fish | source',
    'function __mtls_edge_at',
    "  set -l at ''",
    '  for word in (commandline -opc)[2..-1]',
    '    set -l next (string trim -- "$at $word")',
    `    if contains -- "$next" ${pathsOf(commands).map(quote).join(' ')}`,
    '      set at $next',
    '    end',
    '  end',
    '  test "$at" = "$argv[1]"',
    'end',
    ...commands.flatMap(writeCommand),
  ]
  return `${lines.join('\n')}\n`
}

function writeCommand({ path, commands, options }: CompletedCommand): readonly string[] {
  const start = `complete -c mtls-edge -n ${quote(`__mtls_edge_at ${quote(path.join(' '))}`)}`
  return [
    ...commands.map(
      ({ name, description }) => `${start} -f -a ${quote(name)} -d ${quote(description)}`,
    ),
    ...options.map((option) => `${start} ${writeOption(option)}`),
  ]
}

function writeOption({ flags, description, value }: CompletedOption): string {
  const names = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  )
  const values =
    value.kind === 'choice'
      ? [`-x -a ${quote(value.choices.join(' '))}`]
      : { none: [], file: ['-r -F'], text: ['-x'] }[value.kind]
  return [...names, ...values, `-d ${quote(description)}`].join(' ')
}
