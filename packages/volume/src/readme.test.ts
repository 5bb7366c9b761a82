import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createVolume, crop, foregroundBox, resample, toRasPlus, windowIntensity } from './index.ts'

test('the example of the README runs and prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const [, body, promise] = /\n\n(.*)console\.log\((?:.*?)\) \/\/ (.*)\n/s.exec(example) ?? []
  const names = { createVolume, crop, foregroundBox, resample, toRasPlus, windowIntensity }
  const run = new Function(...Object.keys(names), `${body}\nreturn input`)
  const input = run(...Object.values(names)) as ReturnType<typeof windowIntensity>
  expect([...input.shape]).toEqual(JSON.parse(promise))
  // The brightest voxel is 230 HU, at the world position of the first file's last voxel.
  expect(Math.max(...input.data)).toBeCloseTo((230 + 160) / 400, 6)
})
