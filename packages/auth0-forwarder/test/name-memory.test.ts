import t from 'tap'
import { rememberByName } from '../dist/headers/name-memory.js'

t.test('what was found out about a name is found out once', async (t) => {
  const asked: string[] = []
  const find = rememberByName((name) => {
    asked.push(name)
    return name === 'x-good'
  })
  for (let time = 0; time < 3; time++) {
    t.equal(find('x-good'), true)
    t.equal(find('X-Good'), false, 'by its spelling')
  }
  t.same(asked, ['x-good', 'X-Good'])
})

/*
 * The attack: a name beyond Latin-1 whose bytes, cut to eight bits each, are those of one of our headers. Kept under what it was cut to,
 * it would say of that header what was found out about itself: that it passes.
 */
t.test('a name beyond ASCII says nothing about another one', async (t) => {
  const find = rememberByName((name) => name !== 'cname-api-key')
  t.equal(find('cname-\u0161pi-key'), true)
  t.equal(find('cname-api-key'), false)
})

t.test('whoever makes names up is not remembered without end', async (t) => {
  let asked = 0
  const find = rememberByName(() => {
    asked += 1
    return true
  })
  for (const name of ['a', ...Array.from({ length: 600 }, (_, index) => `x-${index}`), 'a'])
    find(name)
  t.equal(asked, 602)
  const long = 'x'.repeat(100)
  find(long)
  find(long)
  t.equal(asked, 604)
})
