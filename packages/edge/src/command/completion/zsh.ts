// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are the shell's
import type { CompletedCommand } from './model.js'
import { branch, choiceBranches, kindBranch, pathsOf, quote } from './posix.js'

interface Offer {
  readonly word: string
  readonly description: string
}

/** `_describe` takes `word:description`; a colon in the word would end it. */
const describe = (what: string, offers: readonly Offer[]): string => {
  const list = offers.map(({ word, description }) =>
    quote(`${word.replaceAll(':', () => '\\:')}:${description}`),
  )
  return `offers=(${list.join(' ')}); _describe ${what} offers`
}

/**
 * A script for zsh, to be sourced, or to be kept as `_mtls-edge` in a directory of `fpath`.
 *
 * @see https://zsh.sourceforge.io/Doc/Release/Completion-System.html
 */
export function writeZsh(commands: readonly CompletedCommand[]): string {
  const lines = [
    '#compdef mtls-edge',
    '# zsh completion for mtls-edge; use it with: source <(mtls-edge completion zsh)',
    '_mtls_edge() {',
    "  local at='' word i",
    '  local -a offers',
    '  for ((i = 2; i < CURRENT; i++)); do',
    '    word=$words[i]',
    '    case "${at:+$at }$word" in',
    ...branch(pathsOf(commands), '  at="${at:+$at }$word"'),
    '    esac',
    '  done',
    '  case "${at:+$at }$words[CURRENT-1]" in',
    ...choiceBranches(commands, (choices) => `compadd -- ${choices.map(quote).join(' ')}; return`),
    ...kindBranch(commands, 'file', '_files; return'),
    ...kindBranch(commands, 'text', "_message 'a value'; return"),
    '  esac',
    '  if [[ $words[CURRENT] == -* ]]; then',
    '    case "$at" in',
    ...commands.flatMap(({ path, options }) =>
      branch(
        [path.join(' ')],
        describe(
          'option',
          options.flatMap(({ flags, description }) => flags.map((word) => ({ word, description }))),
        ),
      ),
    ),
    '    esac',
    '  else',
    '    case "$at" in',
    ...commands
      .filter(({ commands: inner }) => inner.length > 0)
      .flatMap(({ path, commands: inner }) =>
        branch(
          [path.join(' ')],
          describe(
            'command',
            inner.map(({ name, description }) => ({ word: name, description })),
          ),
        ),
      ),
    '    *) _files ;;',
    '    esac',
    '  fi',
    '}',
    'if [[ $funcstack[1] == _mtls-edge ]]; then _mtls_edge "$@"; else compdef _mtls_edge mtls-edge; fi',
  ]
  return `${lines.join('\n')}\n`
}
