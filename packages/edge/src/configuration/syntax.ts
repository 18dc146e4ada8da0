import type { ErrorCode } from 'yaml'

interface Described {
  readonly message: string
  readonly mend: string
}

const INDENTATION = 'indent with spaces, every key of one map by the same number of them'

/** What the parser's codes mean. Its own messages are not shown: some of them quote the file. */
const DESCRIPTIONS: { readonly [code in ErrorCode]?: Described } = {
  BAD_ALIAS: {
    message: 'refers (*) to an anchor that does not stand before it, to itself, or too often',
    mend: 'write the value itself, in quotes where it begins with an asterisk',
  },
  BAD_INDENT: {
    message: 'the indentation is wrong, or a brace, bracket or quote above is not closed',
    mend: INDENTATION,
  },
  BAD_SCALAR_START: {
    message: 'a value begins with a character that YAML keeps for itself',
    mend: 'put the value in quotes',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a map begins within a value',
    mend: 'put the value in quotes, or begin the map on a line of its own',
  },
  BLOCK_IN_FLOW: {
    message: 'a line-wise map or list stands within braces or brackets',
    mend: 'close the brace or bracket, or write all of it line by line',
  },
  DUPLICATE_KEY: { message: 'a key stands twice in one map', mend: 'remove one of the two' },
  MISSING_CHAR: {
    message: 'a closing quote, brace, bracket, a comma or a colon is missing',
    mend: 'close what was opened before this place',
  },
  MULTIPLE_DOCS: {
    message: 'a second document (---) begins in the file',
    mend: 'keep one configuration in a file',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key goes over several lines',
    mend: 'write KEY: VALUE, with a colon and a space',
  },
  NON_STRING_KEY: { message: 'a key is not a word', mend: 'put the key in quotes' },
  TAB_AS_INDENT: { message: 'a tab indents the line', mend: INDENTATION },
  TAG_RESOLVE_FAILED: {
    message: 'a tag (!) is not known here',
    mend: 'write the value without it, in quotes where it begins with an exclamation mark',
  },
  UNEXPECTED_TOKEN: {
    message: 'something stands where YAML has no place for it',
    mend: 'write KEY: VALUE on each line, and put values with special characters in quotes',
  },
}

const GENERAL: Described = {
  message: 'the file is not YAML from here on',
  mend: 'write KEY: VALUE on each line, and put values with special characters in quotes',
}

/** A list's item goes on by keys; another indentation ends the list. */
const OUT_OF_THE_LIST: Described = {
  message:
    'the indentation is wrong: the line belongs neither to the list above nor to what holds it',
  mend: INDENTATION,
}

/** A value goes on in a line that is indented more than its key, though that line has a key of its own. */
const ON_THE_NEXT_LINE: Described = {
  message: 'the next line is indented otherwise than this one, and so belongs to its value',
  mend: INDENTATION,
}

/** What looks like a variable begins a map in YAML where it stands within braces or brackets. */
const VARIABLE: Described = {
  message: 'a variable stands within braces or brackets without quotes',
  mend: 'put it in quotes: "$' + '{NAME}"',
}

/**
 * Says in words what the YAML parser found.
 *
 * @param line the text of the line, to recognise the usual slips by; nothing of it is quoted
 * @param column where in the line, from 1
 * @param words the parser's own, for what has no code of its own
 */
export function describeSyntax(
  code: ErrorCode,
  line: string,
  column: number,
  words: string,
): Described {
  const { [code]: described = GENERAL } = DESCRIPTIONS
  if (words.startsWith('Sequence item without')) return OUT_OF_THE_LIST
  if (code === 'BLOCK_AS_IMPLICIT_KEY' && !/:(?:\s|$)/.test(line.slice(column - 1))) {
    return ON_THE_NEXT_LINE
  }
  return /[{[,].*\$\{/.test(line) && !STANDS_FOR_ITSELF.has(code) ? VARIABLE : described
}

/** What has nothing to do with braces. */
const STANDS_FOR_ITSELF: ReadonlySet<ErrorCode> = new Set([
  'BAD_ALIAS',
  'DUPLICATE_KEY',
  'MULTIPLE_DOCS',
  'TAB_AS_INDENT',
  'TAG_RESOLVE_FAILED',
])
