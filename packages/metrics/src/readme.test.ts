import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as metrics from './index.ts'

test('the example of the README runs and prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const body = example.slice(example.indexOf('\n\n')).replaceAll('console.log', 'print')
  const printed: unknown[] = []
  new Function('metrics', 'print', body)(metrics, (value: unknown) => printed.push(value))
  const promises = [...example.matchAll(/console\.log\(.*\) \/\/ (.*)\n/g)].map(([, promise]) => promise)
  expect(printed.map((value) => JSON.stringify(value))).toEqual(promises)
  expect(promises.length).toBe(5)
})
