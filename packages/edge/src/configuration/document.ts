import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'
import type { KeyPath } from './key-path.js'
import { describeSyntax } from './syntax.js'

/** Both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface SyntaxProblem extends Position {
  readonly message: string
  readonly mend: string
}

/** A YAML file as plain data, with a way back from every value to its place. */
export interface ConfigurationDocument {
  /** Maps, lists, strings, numbers, booleans and nulls, as written; `undefined` where `syntax` has problems. */
  readonly value: unknown
  readonly syntax: readonly SyntaxProblem[]
  /** Where the value stands; its key where it is a map, a list or empty; the nearest thing above where it is missing. */
  locate(path: KeyPath): Position
  /** Where the last key of the path stands. */
  locateKey(path: KeyPath): Position
}

/** More references to anchors than any configuration has: a small file must not unfold into a huge one. */
const MAX_ALIASES = 100

const START: Position = { line: 1, column: 1 }

/** Parses YAML 1.2 (so JSON too). Messages never quote the file: a secret may stand in it. */
export function parseConfigurationDocument(text: string): ConfigurationDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: '1.2',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return line === 0 ? START : { line, column: col }
  }
  const syntax = findSyntaxProblems(document, text, positionOf)
  let value: unknown
  if (syntax.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES })
    } catch {
      syntax.push({ ...START, ...describeSyntax('BAD_ALIAS', '', 1, '') })
    }
  }

  /** Follows the path as far as it goes. */
  const walk = (path: KeyPath): { key: Node | null; value: Node | null; isWhole: boolean } => {
    let key: Node | null = null
    let node: Node | null = document.contents
    for (const step of path) {
      const here: Node | undefined = isAlias(node) ? node.resolve(document) : (node ?? undefined)
      if (isMap(here)) {
        const pair = here.items.find((item) => isScalar(item.key) && item.key.value === step)
        if (pair === undefined) return { key, value: node, isWhole: false }
        key = isNode(pair.key) ? pair.key : null
        node = isNode(pair.value) ? pair.value : null
      } else if (isSeq(here) && typeof step === 'number' && isNode(here.items[step])) {
        node = here.items[step]
        key = node
      } else {
        return { key, value: node, isWhole: false }
      }
    }
    return { key, value: node, isWhole: true }
  }
  const startOf = (node: Node | null): Position => (node?.range ? positionOf(node.range[0]) : START)

  return {
    value,
    syntax,
    locate(path) {
      const found = walk(path)
      if (!found.isWhole) return startOf(found.key)
      const isShown = isScalar(found.value) && found.value.source !== ''
      return startOf(isShown || isAlias(found.value) ? found.value : found.key)
    },
    locateKey: (path) => startOf(walk(path).key),
  }
}

function findSyntaxProblems(
  document: Document.Parsed,
  text: string,
  positionOf: (offset: number) => Position,
): SyntaxProblem[] {
  const lines = text.split('\n')
  const problems: SyntaxProblem[] = []
  let lastOffset = -1
  const add = (code: ErrorCode, offset: number, words = ''): void => {
    // What the parser says of one place beyond its first word follows from that.
    if (offset === lastOffset) return
    lastOffset = offset
    const position = positionOf(offset)
    const line = lines[position.line - 1] ?? ''
    problems.push({ ...position, ...describeSyntax(code, line, position.column, words) })
  }
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    add(code, pos[0], message)
  }
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) add('BAD_ALIAS', alias.range?.[0] ?? 0)
    },
  })
  return problems
}
