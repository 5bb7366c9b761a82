import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createProgress, silentProgress } from './progress.ts'

function streamOf(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 }) as unknown as NodeJS.WriteStream & PassThrough
  return { stream, text: () => String((stream.read() as Buffer | null) ?? '') }
}

test('is one plain line an event where there is no terminal', () => {
  const { stream, text } = streamOf(false)
  const progress = createProgress(stream)
  progress.begin('search', 4, 1)
  progress.advance('trial 2')
  progress.note('odd file')
  progress.advance('trial 3')
  progress.end()
  progress.begin('finals', 1)
  expect(text()).toBe(
    ['search: 1/4', 'search: 2/4 trial 2', 'odd file', 'search: 3/4 trial 3', 'finals: 0/1', ''].join('\n'),
  )
})

test('is a bar on a terminal; notes stand on lines of their own and the next step has a new bar', () => {
  const { stream, text } = streamOf(true)
  const progress = createProgress(stream)
  progress.advance('before any step')
  progress.begin('search', 4, 1)
  progress.advance('trial 2')
  expect(text()).toContain('1/4')
  progress.note('odd file')
  expect(text()).toMatch(/2\/4.*\n.*odd file\n$/s)
  progress.advance('trial 3')
  progress.begin('finals', 2)
  progress.end()
  progress.end()
  expect(text()).toContain('0/2')
})

test('says nothing when it is silent', () => {
  expect([silentProgress.begin('a', 1), silentProgress.advance('a'), silentProgress.note('b')]).toEqual(
    Array(3).fill(undefined),
  )
})
