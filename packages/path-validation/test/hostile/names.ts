/** Names that are made to cost: very many, very long, or hard to compare. */
import { der } from '@mtls-edge/testkit'
import type { Kinds, Make, Maker } from './maker.ts'
import { attribute, directory, dns, many, nameOf, names } from './shapes.ts'

export function nameKinds({ withExtension, withSubject }: Maker): Kinds {
  const withNames = (each: Buffer): Make => withExtension(() => names(each))
  return {
    'DNS names of a letter': withNames(dns),
    addresses: withNames(der.contextPrimitive(7, Buffer.alloc(4, 7))),
    'addresses of IPv6': withNames(der.contextPrimitive(7, Buffer.alloc(16, 7))),
    'directory names': withNames(directory),
    'empty directory names': withNames(der.context(4, der.sequence())),
    'numbers as names': withNames(der.contextPrimitive(8, Buffer.of(0x2a))),
    'numbers of 64 bytes as names': withNames(der.contextPrimitive(8, Buffer.alloc(64, 1))),
    'other names': withNames(
      der.context(0, der.objectIdentifier('1.2.3'), der.context(0, der.nullValue())),
    ),
    'a directory name of many parts': withNames(
      der.context(4, der.sequence(...many(6_000, () => der.set(attribute('a'))))),
    ),
    'a subject of many parts': withSubject((run) =>
      der.sequence(...many(7_500, () => der.set(attribute(`${run % 10}`)))),
    ),
    'a subject of one part with many attributes': withSubject((run) =>
      der.sequence(der.setOf(...many(6_000, (i) => attribute(nameOf(run, i))))),
    ),
    'a subject of e-mail addresses': withSubject((run) =>
      der.sequence(
        ...many(3_000, (i) => der.set(attribute(nameOf(run, i), '1.2.840.113549.1.9.1'))),
      ),
    ),
    'a subject of one long text': withSubject((run) =>
      der.sequence(der.set(attribute(`${run}${'a'.repeat(97_000)}`))),
    ),
    'a subject of spaces': withSubject((run) =>
      der.sequence(der.set(attribute(`${run}${' a'.repeat(48_000)}`))),
    ),
    'a subject that grows when it is normalized': withSubject((run) =>
      der.sequence(der.set(attribute(`${run}${'\u{fdfa}'.repeat(32_000)}`))),
    ),
    'a subject of accents to be put in order': withSubject((run) =>
      der.sequence(der.set(attribute(`${run}a${'\u0301\u0316'.repeat(24_000)}`))),
    ),
    'subjects of many accents': withSubject((run) =>
      der.sequence(
        ...many(1_200, (i) => der.set(attribute(`${nameOf(run, i)}${'\u0301\u0316'.repeat(15)}`))),
      ),
    ),
  }
}
