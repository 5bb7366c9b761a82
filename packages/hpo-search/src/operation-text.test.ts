import * as fs from 'node:fs'
import { describe, expect, test } from 'vitest'
import { operationFromText, operationToText, type Operation } from './index.ts'

const distribution =
  '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}'
const parameter = { op_code: 5, worker_id: 'w', trial_id: 3, param_name: 'x', param_value_internal: 0.5, distribution }

describe('a record as text', () => {
  test.each(['optuna-journal.jsonl', 'leanvox-journal.jsonl', 'optuna-rich-journal.jsonl'])(
    'every line of %s reads as JSON reads it',
    (name) => {
      const path = new URL(`../fixtures/${name}`, import.meta.url)
      const lines = fs.readFileSync(path, 'utf8').trimEnd().split('\n')
      const plain = lines.filter((line) => !/NaN|Infinity/.test(line))
      expect(plain.length).toBeGreaterThan(30)
      expect(plain.map(operationFromText)).toEqual(plain.map((line) => JSON.parse(line) as unknown))
    },
  )

  test.each([
    ['escapes in a name', { ...parameter, param_name: 'a"b\\c' }],
    ['escapes in a worker', { ...parameter, worker_id: '","trial_id":7,"param_name":"' }],
    ['a name like the next field', { ...parameter, param_name: '","param_value_internal":9,"distribution":"' }],
    ['an exponent', { ...parameter, param_value_internal: 1.5e-7 }],
    ['a negative value', { ...parameter, param_value_internal: -3 }],
    ['other letters', { ...parameter, param_name: 'größe \u2028 😀' }],
    ['no distribution text', { ...parameter, distribution: '' }],
  ])('a parameter with %s comes back', (_what, record) => {
    expect(operationFromText(operationToText(record as Operation))).toEqual(record)
  })

  test('values that are not finite come back', () => {
    const report: Operation = { op_code: 7, worker_id: 'w', trial_id: 0, step: 1, intermediate_value: -Infinity }
    expect(operationFromText(operationToText(report))).toEqual(report)
    const line = operationToText({ ...parameter, param_value_internal: Number.NaN } as Operation)
    expect(operationFromText(line)).toEqual({ ...parameter, param_value_internal: Number.NaN })
  })

  test.each([
    ['{"op_code":5,"worker_id":"w","trial_id":0x1,"param_name":"x","param_value_internal":1,"distribution":"{}"}'],
    ['{"op_code":5,"worker_id":"w","trial_id":1,"param_name":"x","param_value_internal":,"distribution":"{}"}'],
    ['{"op_code":5,"worker_id":"w","trial_id":1,"param_name":"x","param_value_internal":1,"distribution":"\\x"}'],
  ])('%s is no JSON', (line) => {
    expect(() => operationFromText(line)).toThrow(SyntaxError)
  })

  test.each([
    ['[]', 'a record with an op_code'],
    ['{"op_code":"5"}', 'a record with an op_code'],
    ['{"op_code":0,"worker_id":"w","directions":[1]}', 'study_name in a record of op_code 0'],
    ['{"op_code":4,"worker_id":"w","study_id":-1}', 'study_id in a record of op_code 4'],
    [
      '{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"x","param_value_internal":"1"}',
      'param_value_internal in',
    ],
    ['{"op_code":6,"worker_id":"w","trial_id":0,"state":9,"values":null}', 'state in a record of op_code 6'],
    ['{"op_code":7,"worker_id":"w","trial_id":0,"step":0.5,"intermediate_value":1}', 'step in a record of op_code 7'],
    ['{"op_code":8,"worker_id":"w","trial_id":0}', 'user_attr in a record of op_code 8'],
    ['{"op_code":9,"worker_id":"w","trial_id":"0","system_attr":{}}', 'trial_id in a record of op_code 9'],
  ])('%s, edited by hand, is refused', (line, expected) => {
    expect(() => operationFromText(line)).toThrow(`expected ${expected}`)
  })
})
