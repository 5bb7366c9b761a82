/**
 * Reads one image once with the built package and prints what that took: `read.mjs <kind> <path>`.
 *
 * Plain JavaScript, so that the process holds no compiler.
 *
 * @module
 */
import { readImage } from '@leanvox/io-medical'

const [kind, path] = process.argv.slice(2)
const start = performance.now()
const image = await readImage(path)
const milliseconds = performance.now() - start
const peakMiB = process.resourceUsage().maxRSS / 1024
if (image.kind !== 'volume') throw new TypeError(`io: expected a volume, got a ${image.kind}`)
const [{ data }] = image.volumes
let checksum = 0
// Doubled voxels are whole; weighted by place their sum stays exact in doubles, and the remainder keeps it small.
for (let first = 0; first < data.length; first += 1 << 20) {
  const end = Math.min(data.length, first + (1 << 20))
  for (let i = first; i < end; i++) checksum += 2 * data[i] * (1 + (i & 1023))
  checksum %= 2 ** 31
}
checksum = (checksum + 2 ** 31) % 2 ** 31 // as Python's remainder
const decodedBytes = data.byteLength
process.stdout.write(JSON.stringify({ milliseconds, peakMiB, checksum, decodedBytes, reader: `leanvox (${kind})` }))
