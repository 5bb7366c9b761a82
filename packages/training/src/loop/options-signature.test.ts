import { expect, test } from 'vitest'
import { checkSignature } from './options-signature.ts'

const compare = (stored: object, present: object, extend = false) =>
  checkSignature({ stored: { ...stored }, present: { ...present } }, { path: 'x', extend })

test('equal options pass', () => {
  expect(() => compare({ loss: { name: 'dice', smooth: 1 } }, { loss: { name: 'dice', smooth: 1 } })).not.toThrow()
})

test('names what changed, what is new and what is gone, long values cut', () => {
  expect(() =>
    compare({ seed: 1, old: true, ids: 'a'.repeat(200) }, { seed: 2, fresh: 0, ids: 'b'.repeat(200) }),
  ).toThrow(
    'train: expected the options of x, got seed 2 instead of 1, old nothing instead of true, ' +
      `ids "${'b'.repeat(76)}... instead of "${'a'.repeat(76)}..., fresh 0 instead of nothing`,
  )
})

test('extend forgives more epochs and nothing else', () => {
  expect(() => compare({ epochs: 3 }, { epochs: 4 }, true)).not.toThrow()
  expect(() => compare({ epochs: 3 }, { epochs: 2 }, true)).toThrow('epochs 2 instead of 3')
  expect(() => compare({ epochs: 3, seed: 1 }, { epochs: 4, seed: 2 }, true)).toThrow('got seed 2 instead of 1')
})
