import { expect, test } from 'vitest'
import { isUnreachable, withPatience } from './unreachable.ts'

const errorOf = (code: string, message = 'no') => Object.assign(new Error(message), { code })

test.each([
  [errorOf('57P01'), true],
  [errorOf('08006'), true],
  [errorOf('ECONNREFUSED'), true],
  [errorOf('40P01'), true],
  [new Error('Connection terminated unexpectedly'), true],
  [new Error('Query read timeout'), true],
  [errorOf('23505', 'timeout is no column'), false],
  [errorOf('28P01'), false],
  [new TypeError('a bug'), false],
  [undefined, false],
])('%s passes by waiting: %s', (error, expected) => {
  expect(isUnreachable(error)).toBe(expected)
})

test('work is tried until it succeeds, and every trouble is told', async () => {
  const troubles: string[] = []
  let tries = 0
  const work = async () => {
    if (++tries < 3) throw errorOf('57P03', `try ${tries}`)
    return tries
  }
  expect(await withPatience(work, { onTrouble: ({ message }) => troubles.push(message) })).toBe(3)
  expect(troubles).toEqual(['try 1', 'try 2'])
})

test('other errors and an end of patience are thrown', async () => {
  await expect(withPatience(() => Promise.reject(errorOf('42P01', 'no table')))).rejects.toThrow('no table')
  const gone = () => Promise.reject(errorOf('ECONNREFUSED', 'gone'))
  await expect(withPatience(gone, { giveUpAfterMs: 60 })).rejects.toThrow('gone')
})
