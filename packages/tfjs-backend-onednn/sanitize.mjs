/**
 * Runs this package's tests with a build of the addon that checks every memory access: `npm run test:sanitize`.
 *
 *   node sanitize.mjs [--minutes 30] [--folder /tmp/leanvox-onednn-sanitize] [vitest arguments...]
 *
 * Builds `native/` with AddressSanitizer and UndefinedBehaviorSanitizer into `--folder`, then repeats the tests until the
 * minutes are over, each round with other random shapes and values (LEANVOX_TEST_ROUND). In such a build the pool marks
 * what no tensor may touch: memory that waits, and the rest of a size class. oneDNN itself is not instrumented; guarded
 * memory (the odd rounds) ends each larger tensor at a page that faults, which its generated code cannot pass unseen.
 * GCC on Linux only. Prints every finding at the end, and then fails.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { nodeHeaders } from './node-headers.mjs'

const here = import.meta.dirname
const require = createRequire(import.meta.url)
const { values: options, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '30' },
    folder: { type: 'string', default: join(tmpdir(), 'leanvox-onednn-sanitize') },
  },
})
const addon = join(options.folder, 'onednn.node')
const reports = join(options.folder, 'report')
const results = join(options.folder, 'tests.json')
const checks = ['-fsanitize=address,undefined,float-cast-overflow', '-fno-omit-frame-pointer', '-g1']
const flags = [
  ...checks,
  ...['-std=c++17', '-O1', '-fPIC', '-fexceptions', '-fopenmp', '-fno-math-errno', '-fno-trapping-math', '-Wno-psabi'],
  // Functions picked at load time cannot run before the sanitizer has started.
  '-DLEANVOX_CLONES=',
  '-DNAPI_VERSION=8',
  '-DNAPI_CPP_EXCEPTIONS',
]

function compile() {
  mkdirSync(options.folder, { recursive: true })
  const includes = [
    `-I${join(nodeHeaders() ?? '/usr', 'include', 'node')}`,
    `-I${require('node-addon-api').include_dir}`,
  ]
  const newestHeader = Math.max(...sources(/\.(h|inc)$/).map(changed))
  const waiting = sources(/\.cc$/).filter(
    (file) => changed(file) > changed(object(file)) || newestHeader > changed(object(file)),
  )
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      await run('g++', [...flags, ...includes, '-c', file, '-o', object(file)])
  }
  return Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker)).then(() =>
    run('g++', ['-shared', ...checks, '-o', addon, ...sources(/\.cc$/).map(object), '-ldnnl', '-fopenmp']),
  )
}

function sources(pattern) {
  const folder = join(here, 'native')
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name))
}

function object(file) {
  return join(options.folder, `${file.split('/').at(-1)}.o`)
}

function changed(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0
}

function run(command, words) {
  return new Promise((resolve, reject) => {
    spawn(command, words, { stdio: 'inherit' })
      .on('error', reject)
      .on('exit', (status) => {
        if (status === 0) resolve()
        else reject(new Error(`${command}: expected to end with 0, got ${status}`))
      })
  })
}

function library(name) {
  return execFileSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim()
}

/** One run of the tests: how many passed, and the names of those that did not. */
function runTests(number) {
  rmSync(results, { force: true })
  const report = `log_path=${reports}:halt_on_error=1`
  spawnSync(
    process.execPath,
    [
      join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs'),
      'run',
      ...tests(),
      '--maxWorkers=1',
      '--testTimeout=1800000',
      '--hookTimeout=600000',
      '--reporter=json',
      `--outputFile=${results}`,
    ],
    {
      cwd: join(here, '..', '..'),
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        LD_PRELOAD: [library('libasan.so'), library('libstdc++.so')].join(' '),
        // Node keeps memory until it ends, which is no leak of the addon's; a tensor too large is an error to JavaScript.
        ASAN_OPTIONS: `${report}:detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=65536`,
        UBSAN_OPTIONS: `${report}:print_stacktrace=1`,
        LEANVOX_ONEDNN_ADDON: addon,
        LEANVOX_ONEDNN_GUARD: String(number % 2),
        LEANVOX_TEST_ROUND: String(number),
      },
    },
  )
  if (!existsSync(results)) return { passed: 0, failed: ['no tests ran'] }
  const { numPassedTests, testResults } = JSON.parse(readFileSync(results, 'utf8'))
  const failed = testResults.flatMap(({ name, status, message, assertionResults }) => [
    // A file whose process died has no tests.
    ...(status === 'failed' && assertionResults.length === 0 ? [`${name}: ${message}`] : []),
    ...assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${test.fullName}: ${test.failureMessages[0]}`),
  ])
  return { passed: numPassedTests, failed }
}

function tests() {
  return chosen.length > 0 ? chosen : ['packages/tfjs-backend-onednn']
}

function found() {
  return readdirSync(options.folder).filter((name) => name.startsWith('report.'))
}

for (const name of existsSync(options.folder) ? found() : []) rmSync(join(options.folder, name))
await compile()
const start = performance.now()
const minutes = () => (performance.now() - start) / 60_000
let [rounds, passed, failed] = [0, 0, 0]
do {
  const outcome = runTests(rounds)
  rounds++
  passed += outcome.passed
  failed += outcome.failed.length
  for (const text of outcome.failed) console.log(`FAILED ${text}`)
  console.log(
    `::: round ${rounds}, ${minutes().toFixed(1)} minutes: ${outcome.passed} passed, ${outcome.failed.length} failed, ${found().length} findings`,
  )
} while (minutes() < Number(options.minutes))
for (const name of found()) console.log(readFileSync(join(options.folder, name), 'utf8'))
console.log(
  `${rounds} rounds in ${minutes().toFixed(1)} minutes: ${passed} tests passed, ${failed} failed, ${found().length} findings of the sanitizers`,
)
process.exitCode = failed === 0 && passed > 0 && found().length === 0 ? 0 : 1
