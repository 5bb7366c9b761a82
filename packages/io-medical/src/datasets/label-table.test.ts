import { expect, test } from 'vitest'
import { labelTableOf } from './label-table.ts'

const table = (text: string) =>
  labelTableOf([{ code: 0, data: Buffer.from(`<CaretExtension><LabelTable>${text}</LabelTable></CaretExtension>`) }])

test('names come from CDATA as they are, from text without its entities, trimmed', () => {
  const labels = table('<Label Red="0" Key="1"><![CDATA[ a & b ]]></Label>\n<Label Key="2">c &amp; &lt;d&gt;</Label>')
  expect([...(labels ?? [])]).toEqual([
    [1, 'a & b'],
    [2, 'c & <d>'],
  ])
})

test('what is no label, has no key or no name is passed over; without any there is no table', () => {
  expect(
    table('<Label NotKey="1">a</Label><Label Key="-1">b</Label><Label Key="2"> </Label><Other Key="3">c</Other>'),
  ).toBeNull()
  expect(labelTableOf([{ code: 6, data: Buffer.from('<Label Key="1">a</Label>') }])).toBeNull()
  expect(labelTableOf([])).toBeNull()
})

test('text that never closes costs no more than its length', () => {
  const started = performance.now()
  expect(table('<Label ><![CDATA['.repeat(200_000))).toBeNull()
  expect(table('<Label Key="1" '.repeat(200_000))).toBeNull()
  expect(performance.now() - started).toBeLessThan(5000)
})
