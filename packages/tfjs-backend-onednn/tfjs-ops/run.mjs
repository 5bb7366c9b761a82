/**
 * Runs tfjs-core's own tests, as its npm package ships them, against one backend: `npm run test:tfjs [-- --backend cpu]`.
 *
 *   node --conditions=@leanvox/source tfjs-ops/run.mjs [--backend onednn] [--grep text] [--json file]
 *
 * Ends with 0 when every spec that is not in `skips.mjs` passed. Prints what failed and how many passed.
 */
import './hooks.mjs'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { skipReason, skippedSpecs } from './skips.mjs'

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'onednn' },
    grep: { type: 'string', default: '' },
    json: { type: 'string' },
  },
})
const require = createRequire(import.meta.url)
const jasmineRequire = require('jasmine-core/lib/jasmine-core/jasmine.js')
const jasmine = jasmineRequire.core(jasmineRequire)
const environment = jasmine.getEnv()
Object.assign(globalThis, jasmineRequire.interface(jasmine, environment))
jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000

await import('@tensorflow/tfjs-backend-cpu')
const core = '@tensorflow/tfjs-core'
const dist = import.meta.resolve(core).replace(/index\.js$/, '')
await import(`${dist}public/chained_ops/register_all_chained_ops.js`)
await import(`${dist}register_all_gradients.js`)
const { isAvailable, whyUnavailable } = await import('../src/index.ts')
if (options.backend === 'onednn' && !isAvailable()) throw new Error(whyUnavailable())
const { setTestEnvs } = await import(`${dist}jasmine_util.js`)
setTestEnvs([{ name: options.backend, backendName: options.backend, isDataSync: true }])
await import(`${dist}tests.js`)

const skipped = []
const failed = []
let passed = 0
environment.configure({
  random: false,
  specFilter(spec) {
    const name = spec.getFullName()
    if (!name.includes(options.grep)) return false
    const reason = skipReason(name, options.backend)
    if (reason !== undefined) skipped.push({ name, reason })
    return reason === undefined
  },
})
environment.addReporter({
  specDone({ status, fullName, failedExpectations }) {
    if (status === 'passed') passed++
    else if (status === 'failed')
      failed.push({ name: fullName, messages: failedExpectations.map(({ message }) => message) })
    else if (status === 'pending') skipped.push({ name: fullName, reason: 'pending in tfjs-core itself' })
  },
})
// Specs of the profiler and of warnings print.
const print = console.log
for (const method of ['log', 'warn', 'error']) console[method] = () => {}
const { overallStatus, incompleteReason } = await environment.execute()
console.log = print
if (options.grep === '')
  for (const spec of skippedSpecs(options.backend))
    if (!skipped.some(({ name }) => name === spec))
      failed.push({ name: spec, messages: ['is to be skipped but does not exist'] })
for (const { name, reason } of skipped) console.log(`skipped ${name}: ${reason}`)
for (const { name, messages } of failed) console.log(`FAILED ${name}\n  ${messages.join('\n  ').slice(0, 600)}`)
console.log(
  `${options.backend}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped (${overallStatus}${incompleteReason ? `, ${incompleteReason}` : ''})`,
)
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ backend: options.backend, passed, failed, skipped }, null, 2)}\n`)
process.exit(failed.length === 0 && passed > 0 ? 0 : 1)
