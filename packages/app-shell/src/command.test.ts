import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backendOption, commandLine } from './command.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'app-shell-command-'))))
afterAll(() => rm(folder, { recursive: true }))

/** Runs `code` as a program of its own, with the package's exports in scope. */
async function runProgram(code: string, args: readonly string[] = []) {
  const file = join(folder, 'program.ts')
  const index = new URL('index.ts', import.meta.url).href
  await writeFile(file, `import { endCommand, printLine, runInFolder } from '${index}'\n${code}\n`)
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, ['--conditions=@leanvox/source', file, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    ),
  )
}

describe('endCommand', () => {
  test('an error is one line with the name of the app, and exit code 1', async () => {
    const ended = await runProgram(`await endCommand('app', Promise.reject(new RangeError('expected 1, got 2')))`)
    expect(ended).toEqual({ code: 1, stdout: '', stderr: 'app: expected 1, got 2\n' })
  })

  test('the name is not said twice, and another exit code stays', async () => {
    const program = `process.exitCode = 3; await endCommand('app', Promise.reject(new Error('app: no')))`
    expect(await runProgram(program)).toEqual({ code: 3, stdout: '', stderr: 'app: no\n' })
  })

  test('a command that ends well prints and exits with 0', async () => {
    const ended = await runProgram(`await endCommand('app', (async () => printLine('done'))())`)
    expect(ended).toEqual({ code: 0, stdout: 'done\n', stderr: '' })
  })
})

describe('runInFolder', () => {
  const program = (work: string) => `
    import { mkdirSync } from 'node:fs'
    const [folder] = process.argv.slice(2)
    const at = (name: string) => folder + '/' + name + '.json'
    const paths = { folder, config: at('config'), environment: at('environment'), cases: at('cases') }
    const open = async () => void mkdirSync(folder, { recursive: true })
    await endCommand('app', runInFolder(paths, { app: 'app', open }, async ({ signal, progress }) => { ${work} }))`

  test('leaves the environment and no lock behind', async () => {
    const run = join(folder, 'run')
    const ended = await runProgram(program(`progress.note(signal.aborted ? 'stopped' : 'working')`), [run])
    expect(ended).toEqual({ code: 0, stdout: '', stderr: 'working\n' })
    expect(await readdir(run)).toEqual(['environment.json'])
  })

  test.each(['SIGINT', 'SIGTERM'])('ends with 130 and one line after %s', async (signal) => {
    const run = join(folder, signal)
    const ended = await runProgram(
      program(`setTimeout(() => process.kill(process.pid, '${signal}'), 5)
      await new Promise((resolve) => setTimeout(resolve, 200))
      signal.throwIfAborted()`),
      [run],
    )
    expect(ended).toEqual({
      code: 130,
      stdout: '',
      stderr: 'app: interrupted; start the same command again to go on\n',
    })
  })
})

test('the command line is as typed in a checkout', () => {
  expect(commandLine('proxy-hpo')).toMatch(/^npm run proxy-hpo -- /)
})

test('the backends are those of the engine', () => {
  expect(backendOption().argChoices).toEqual(['auto', 'tfjs-node-gpu', 'onednn', 'tfjs-node', 'wasm', 'cpu'])
})
