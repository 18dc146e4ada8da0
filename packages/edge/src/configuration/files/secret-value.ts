import type { Place } from '../place.js'
import { Secret } from '../secret.js'
import type { NamedFiles } from './named-files.js'

/** As shells and Windows write variables, and as nobody makes a secret. */
const OTHER_VARIABLE = /^(?:\$\(?[A-Za-z_]\w*\)?|%[A-Za-z_]\w*%)$/

/**
 * Reads a secret from one of its two forms: `NAME` with the value, or `NAMEFile` with the path of a file, which loses
 * one trailing newline. Messages never hold the value.
 *
 * @param raw the map that has one of the two keys
 */
export function readSecret(
  raw: Readonly<Record<string, unknown>>,
  name: string,
  place: Place,
  files: NamedFiles,
): Secret | null {
  const fileName = `${name}File`
  const value = raw[name]
  const path = raw[fileName]
  const [valuePlace, filePlace] = [place.at(name), place.at(fileName)]
  if (valuePlace.isSpoilt || filePlace.isSpoilt) return null
  if (typeof value === 'string' && typeof path === 'string') {
    return filePlace.error(
      `stands beside \`${name}\`, and one of them alone can be meant`,
      `remove \`${name}\` or \`${fileName}\``,
    )
  }
  if (typeof value === 'string') {
    if (OTHER_VARIABLE.test(valuePlace.written)) {
      valuePlace.warning(
        'is taken as it stands, and looks like a variable',
        `write it as \${NAME} if the environment variable is meant`,
      )
    }
    return new Secret(value)
  }
  if (typeof path === 'string') return readSecretFile(path, filePlace, files)
  return valuePlace.error(
    'is missing',
    `add \`${name}: \${NAME_OF_A_VARIABLE}\`, or \`${fileName}: FILE\``,
  )
}

function readSecretFile(path: string, place: Place, files: NamedFiles): Secret | null {
  const file = files.read(path, place)
  if (file === null) return null
  const text = new TextDecoder().decode(file.bytes).replace(/\r?\n$/, '')
  if (text === '') {
    return place.error(
      `names ${file.shown}, which has nothing but a line's end`,
      'write the secret to the file',
    )
  }
  return new Secret(text)
}
