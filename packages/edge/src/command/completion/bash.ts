// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are the shell's
import type { CompletedCommand } from './model.js'
import { branch, choiceBranches, kindBranch, pathsOf, quote } from './posix.js'

const fromWords = (words: readonly string[]): string => `words=${quote(words.join(' '))}`

/**
 * A script for bash 3.2 and later. Where it offers nothing, bash completes names of files.
 *
 * @see https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
 */
export function writeBash(commands: readonly CompletedCommand[]): string {
  const lines = [
    '# bash completion for mtls-edge; use it with: source <(mtls-edge completion bash)',
    '_mtls_edge() {',
    '  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}',
    "  local at='' words='' word i",
    '  COMPREPLY=()',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    word=${COMP_WORDS[i]}',
    '    case "${at:+$at }$word" in',
    ...branch(pathsOf(commands), '  at="${at:+$at }$word"'),
    '    esac',
    '  done',
    '  case "${at:+$at }$before" in',
    ...choiceBranches(
      commands,
      (choices) => `COMPREPLY=($(compgen -W ${quote(choices.join(' '))} -- "$current")); return`,
    ),
    ...kindBranch(commands, 'file', 'return'),
    ...kindBranch(commands, 'text', 'compopt +o default 2>/dev/null; return'),
    '  esac',
    '  if [[ $current == -* ]]; then',
    '    case "$at" in',
    ...commands.flatMap(({ path, options }) =>
      branch([path.join(' ')], fromWords(options.flatMap(({ flags }) => flags))),
    ),
    '    esac',
    '  else',
    '    case "$at" in',
    ...commands
      .filter(({ commands: inner }) => inner.length > 0)
      .flatMap(({ path, commands: inner }) =>
        branch([path.join(' ')], fromWords(inner.map(({ name }) => name))),
      ),
    '    esac',
    '  fi',
    '  if [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi',
    '}',
    'complete -o default -F _mtls_edge mtls-edge',
  ]
  return `${lines.join('\n')}\n`
}
